import { join } from "node:path";
import type { ControlPlaneFiles } from "./state";

export const API_PORT = 6443;
const ETCD_PORT = 2379;
const PEER_PORT = 2380;

/** Only nodes with this label have a kubelet, which is kwok; without it their leases run out. */
export const TENDED = "windows-ha/tended";
/** A node is lost when its lease is so old. AKS waits 40 s and more: the order counts here, not the time. */
const NODE_LOST_AFTER_SECONDS = 8;
/** kwok renews after a quarter of it. */
const LEASE_SECONDS = 6;

/** What the programs have to know of the cluster that they are. */
export interface ClusterSettings {
  folder: string;
  /** The loopback address that everything listens on. */
  address: string;
  /** Who issues the tokens of pods. */
  issuer: string;
  podCidr: string;
  serviceCidr: string;
}

export function etcdArguments({ folder, address }: ClusterSettings, files: ControlPlaneFiles): string[] {
  const [clients, peers] = [`https://${address}:${ETCD_PORT}`, `https://${address}:${PEER_PORT}`];
  const identity = [`cert-file=${files.certificate}`, `key-file=${files.key}`, `trusted-ca-file=${files.authority}`];
  return [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    // Everybody on this computer can reach loopback.
    ...identity.flatMap((file) => [`--${file}`, `--peer-${file}`]),
    "--client-cert-auth",
    "--peer-client-cert-auth",
    // What is written outlives the process, though not the computer's power: a sandbox can be made again.
    "--unsafe-no-fsync",
  ];
}

export function apiServerArguments(settings: ClusterSettings, files: ControlPlaneFiles): string[] {
  const { folder, address, issuer, serviceCidr } = settings;
  return [
    `--etcd-servers=https://${address}:${ETCD_PORT}`,
    `--etcd-cafile=${files.authority}`,
    `--etcd-certfile=${files.certificate}`,
    `--etcd-keyfile=${files.key}`,
    `--secure-port=${API_PORT}`,
    `--bind-address=${address}`,
    `--advertise-address=${address}`,
    // A loopback address is no endpoint of a Service.
    "--endpoint-reconciler-type=none",
    `--cert-dir=${join(folder, "certificates")}`,
    `--tls-cert-file=${files.certificate}`,
    `--tls-private-key-file=${files.key}`,
    `--service-cluster-ip-range=${serviceCidr}`,
    "--authorization-mode=RBAC",
    // As AKS has it: a namespace decides whether its pods may be processes of their node.
    "--allow-privileged=true",
    `--token-auth-file=${files.tokens}`,
    `--service-account-issuer=${issuer}`,
    `--service-account-key-file=${files.accountsPublic}`,
    `--service-account-signing-key-file=${files.accountsPrivate}`,
  ];
}

export function controllerArguments(files: ControlPlaneFiles): string[] {
  return [
    `--kubeconfig=${files.kubeconfig}`,
    "--leader-elect=false",
    "--secure-port=0",
    `--root-ca-file=${files.authority}`,
    `--service-account-private-key-file=${files.accountsPrivate}`,
    "--node-monitor-period=1s",
    `--node-monitor-grace-period=${NODE_LOST_AFTER_SECONDS}s`,
  ];
}

export function schedulerArguments(files: ControlPlaneFiles): string[] {
  return [`--kubeconfig=${files.kubeconfig}`, "--leader-elect=false", "--secure-port=0"];
}

export function kwokArguments({ podCidr }: ClusterSettings, files: ControlPlaneFiles): string[] {
  return [
    `--kubeconfig=${files.kubeconfig}`,
    `--config=${files.stages}`,
    `--manage-nodes-with-label-selector=${TENDED}=yes`,
    `--node-lease-duration-seconds=${LEASE_SECONDS}`,
    `--cidr=${podCidr}`,
  ];
}
