import { checkNetwork, NETWORK_FIELD, type NetworkSpec } from "../network";
import { PLACEMENT } from "../cluster";
import type { Finding } from "../finding";
import type { Resolved } from "../resolve";
import { checkClusterSecretStore } from "../service-secret-rules";
import { CLUSTER_SECRET_STORE_FIELD, type ClusterSecretStoreSpec } from "../service-secrets";
import { checkShape, withDefaults, type ObjectField } from "../shape";
import { AKS_CLUSTER_FIELDS, AKS_EXISTING_FIELD, AKS_REFUSED, type AksClusterSpec } from "./aks-cluster";
import { checkAksCluster, checkExistingCluster, mostNodes } from "./aks-cluster-rules";
import { checkAksNetwork } from "./aks-network";
import { minorVersion } from "./kubernetes-version";
import {
  checkWindowsPool,
  completeWindowsPool,
  mostWindowsNodes,
  WINDOWS_POOL_FIELDS,
  WINDOWS_POOL_REFUSED,
  type WindowsNodePoolSpec,
} from "./node-pool";
import { osOfSku } from "./windows-os";
import {
  AKS_SERVICE_FIELD,
  completeWorkload,
  WORKLOAD_REFUSED,
  WORKLOAD_SETTINGS,
  type WindowsWorkloadSpec,
} from "./workload";
import { checkServiceOnAks, checkWorkloadSettings } from "./workload-rules";
import { gracePeriodSeconds } from "./workload-timing";

/** The whole sentence on AKS: what is known when the program runs. */
export interface AksHaClusterSpec {
  cluster: AksClusterSpec;
  windowsPool: WindowsNodePoolSpec;
  workload: WindowsWorkloadSpec;
  network: NetworkSpec;
  secretStore: ClusterSecretStoreSpec;
}

const { subnetId: _subnet, ...clusterNetwork } = (AKS_CLUSTER_FIELDS["network"] as ObjectField).fields;
const { outboundType: _outbound, ...ranges } = clusterNetwork;
const { windowsVersion: _version, ...workloadSettings } = WORKLOAD_SETTINGS;
const {
  enabled: _enabled,
  private: _private,
  privateDnsZoneId: _zone,
  ...storeFields
} = CLUSTER_SECRET_STORE_FIELD.fields;

const EXISTING: ObjectField = {
  ...AKS_EXISTING_FIELD,
  fields: { ...AKS_EXISTING_FIELD.fields, resourceGroupName: PLACEMENT["resourceGroupName"]! },
};

export const AKS_HA_CLUSTER_FIELD: ObjectField = {
  kind: "object",
  refused: {
    compute: "Machines of AKS are node pools: windowsPool. WindowsHaCluster has machines without Kubernetes.",
    machines: "Machines of AKS are node pools: windowsPool. WindowsHaCluster has machines without Kubernetes.",
    loadBalancer: "It belongs to the service's Kubernetes objects: workload.loadBalancer.",
  },
  fields: {
    ...PLACEMENT,
    service: AKS_SERVICE_FIELD,
    workload: { kind: "object", refused: WORKLOAD_REFUSED, fields: workloadSettings },
    windowsPool: { kind: "object", refused: WINDOWS_POOL_REFUSED, fields: WINDOWS_POOL_FIELDS },
    cluster: {
      kind: "object",
      refused: AKS_REFUSED,
      fields: {
        ...AKS_CLUSTER_FIELDS,
        network: { ...(AKS_CLUSTER_FIELDS["network"] as ObjectField), fields: ranges },
        existing: EXISTING,
      },
    },
    network: NETWORK_FIELD,
    secretStore: { kind: "object", fields: storeFields },
  },
};

type Part = keyof typeof RULES;

/** Rules of each part: a part of the wrong shape keeps no other one from being looked at. */
const RULES = {
  cluster: ({ cluster, windowsPool, network }: AksHaClusterSpec) => [
    ...checkAksCluster(cluster, "cluster."),
    ...(cluster.existing
      ? []
      : checkAksNetwork(cluster.network, "cluster.network.", {
          nodes: mostNodes(cluster.systemPool) + mostWindowsNodes(windowsPool),
          addressSpace: network.addressSpace,
        }).filter(({ rule }) => rule === "range-overlap" || rule === "pod-range")),
  ],
  windowsPool: ({ windowsPool, cluster }: AksHaClusterSpec) =>
    checkWindowsPool(
      { ...windowsPool, kubernetesVersion: windowsPool.kubernetesVersion ?? cluster.kubernetesVersion },
      "windowsPool.",
    ),
  service: ({ workload }: AksHaClusterSpec) => checkServiceOnAks(workload),
  workload: ({ workload }: AksHaClusterSpec) => checkWorkloadSettings(workload, "workload."),
  network: ({ network, cluster, windowsPool }: AksHaClusterSpec) =>
    cluster.existing
      ? []
      : checkNetwork(network, "network.", {
          machines: mostNodes(cluster.systemPool) + mostWindowsNodes(windowsPool),
          surge: 1,
          storeEndpoints: 0,
        }),
  secretStore: ({ secretStore, workload, cluster }: AksHaClusterSpec) =>
    checkClusterSecretStore(secretStore, workload.service, cluster.existing ? { existing: {} } : {}),
} as const;

/** What several parts say together. */
function checkTogether(spec: AksHaClusterSpec): Finding[] {
  const { windowsPool, workload } = spec;
  const drain = checkWindowsPool(windowsPool, "windowsPool.", gracePeriodSeconds(workload));
  return [...drain.filter(({ rule }) => rule === "drain-timeout"), ...checkPoolVersion(spec)];
}

/** Kubelets may be three minor versions behind their API server, and never ahead (Kubernetes' version skew policy). */
const MOST_BEHIND = 3;

function checkPoolVersion({ windowsPool, cluster }: AksHaClusterSpec): Finding[] {
  const pool = minorVersion(windowsPool.kubernetesVersion);
  const server = minorVersion(cluster.kubernetesVersion);
  if (pool === undefined || server === undefined || (pool <= server && pool >= server - MOST_BEHIND)) return [];
  return [
    {
      rule: "pool-version",
      path: "windowsPool.kubernetesVersion",
      seen: `${JSON.stringify(windowsPool.kubernetesVersion)}, with a cluster of ${cluster.kubernetesVersion}`,
      allowed: `1.${server - MOST_BEHIND} to 1.${server}: nodes are never ahead of their cluster, and at most ${MOST_BEHIND} minor versions behind`,
      fix: "Leave windowsPool.kubernetesVersion out, or update the cluster first.",
    },
  ];
}

/** Checks the arguments of the whole sentence and completes them. */
export function resolveAksHaCluster(given: unknown): Resolved<AksHaClusterSpec> {
  const shape = checkShape({ ...AKS_HA_CLUSTER_FIELD, required: true }, given ?? {}, "");
  const args = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  const isSound = (part: string): boolean =>
    !shape.some(({ path }) => path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`));
  const sound = Object.fromEntries(Object.entries(args).filter(([part]) => isSound(part)));
  const spec = complete(
    withDefaults(AKS_HA_CLUSTER_FIELD, isSound("service") ? sound : { ...sound, service: PLACEHOLDER }),
  );
  const parts = (Object.keys(RULES) as Part[]).filter((part) => isSound(part));
  const findings = [
    ...shape,
    ...(isSound("cluster") ? checkExistingArguments(args) : []),
    ...parts.flatMap((part) => RULES[part](spec)),
    ...(parts.length === Object.keys(RULES).length ? checkTogether(spec) : []),
  ];
  const unique = findings.filter(
    ({ rule, path }, index) => findings.findIndex((other) => other.rule === rule && other.path === path) === index,
  );
  return unique.length > 0 ? { spec: undefined, findings: unique } : { spec, findings: [] };
}

/** Stands for a service of the wrong shape while the other parts are looked at; nothing of it is ever reported. */
const PLACEHOLDER = { name: "service", version: "0.0.0", port: 8080, image: "registry/service:0" };

interface Arguments extends Omit<AksHaClusterSpec, "workload"> {
  service: WindowsWorkloadSpec["service"];
  workload: Omit<WindowsWorkloadSpec, "service" | "windowsVersion">;
}

function complete(args: Arguments): AksHaClusterSpec {
  const { service, cluster, network, secretStore } = args;
  const windowsPool = completeWindowsPool(args.windowsPool);
  const { version: windowsVersion } = osOfSku(windowsPool.osSku);
  const workload = completeWorkload({ ...args.workload, service, windowsVersion });
  return { cluster, windowsPool, workload, network, secretStore };
}

/** What a cluster that exists decides by itself. */
function checkExistingArguments(args: Readonly<Record<string, unknown>>): Finding[] {
  const cluster = args["cluster"] as Record<string, unknown> | undefined;
  const network = args["network"] as Record<string, unknown> | undefined;
  const existing = cluster?.["existing"] as { resourceGroupName?: unknown } | undefined;
  const isAdopted = (existing ?? undefined) !== undefined;
  const hasGroup = (existing?.resourceGroupName ?? args["resourceGroupName"] ?? undefined) !== undefined;
  const given = isAdopted
    ? Object.keys(network ?? {}).filter((name) => (network![name] ?? undefined) !== undefined)
    : [];
  return [
    ...checkExistingCluster(cluster, "cluster."),
    ...(isAdopted && !hasGroup
      ? [
          {
            rule: "required",
            path: "cluster.existing.resourceGroupName",
            seen: "missing, as is resourceGroupName",
            allowed: "the resource group of the cluster",
            fix: "Give one of the two.",
          },
        ]
      : []),
    ...given.map((name) => ({
      rule: "existing-cluster",
      path: `network.${name}`,
      seen: "given, with cluster.existing",
      allowed: "nothing: the cluster is in a network already",
      fix: `Leave network.${name} out, or cluster.existing.`,
    })),
  ];
}
