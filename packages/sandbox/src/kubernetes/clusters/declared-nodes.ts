import { createHash } from "node:crypto";
import { osOfSku } from "@windows-ha/spec";
import type { ClusterModel, PoolModel } from "./cluster-model";
import { nodeRoom, type NodeRoom } from "./node-room";

export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

/** A node as AKS makes it. */
export interface DeclaredNode {
  name: string;
  pool: PoolModel;
  /** `1`; undefined for a pool without zones. */
  zone: string | undefined;
  labels: Record<string, string>;
  taints: Taint[];
  /** `v1.35.0` */
  kubeletVersion: string;
  capacity: NodeRoom;
  allocatable: NodeRoom;
}

/** The nodes of all pools, zone after zone. */
export function declaredNodes(cluster: ClusterModel): DeclaredNode[] {
  return cluster.pools.flatMap((pool) =>
    Array.from({ length: pool.count }, (_, index) => declaredNode(cluster, pool, index)),
  );
}

/** @param index from 0 on; beyond the pool's count while it is upgraded */
export function declaredNode(cluster: ClusterModel, pool: PoolModel, index: number): DeclaredNode {
  const name = nodeName(cluster, pool, index);
  const zone = pool.zones.length === 0 ? undefined : pool.zones[index % pool.zones.length]!;
  return {
    name,
    pool,
    zone,
    labels: nodeLabels(cluster, pool, name, zone),
    taints: pool.taints.map(readTaint),
    kubeletVersion: kubeletVersion(pool.version ?? cluster.version),
    ...nodeRoom(pool.size, pool.maxPods),
  };
}

/** Machines of a scale set are numbered to base 36; names of Windows' computers are short. */
function nodeName({ id }: ClusterModel, { name, os }: PoolModel, index: number): string {
  const number = index.toString(36).padStart(6, "0");
  if (os === "windows") return `aks${name}${number}`;
  const digits = createHash("sha256").update(id.toLowerCase()).digest().readUInt32BE(0) % 1e8;
  return `aks-${name}-${String(digits).padStart(8, "0")}-vmss${number}`;
}

/** What AKS writes on its nodes, and what the pool adds (azure-aks-docs, use-labels.md). */
function nodeLabels(
  { region, nodeResourceGroup }: ClusterModel,
  { name: pool, mode, os, osSku, size, labels }: PoolModel,
  node: string,
  zone: string | undefined,
): Record<string, string> {
  return {
    agentpool: pool,
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/instance-type": size,
    "beta.kubernetes.io/os": os,
    "kubernetes.azure.com/agentpool": pool,
    "kubernetes.azure.com/cluster": nodeResourceGroup,
    "kubernetes.azure.com/mode": mode,
    "kubernetes.azure.com/os-sku": osSku,
    "kubernetes.azure.com/role": "agent",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": node,
    "kubernetes.io/os": os,
    "node.kubernetes.io/instance-type": size,
    ...(os === "windows" ? { "node.kubernetes.io/windows-build": osOfSku(osSku).build } : {}),
    "topology.kubernetes.io/region": region,
    // Nodes outside of zones have the number of their fault domain.
    "topology.kubernetes.io/zone": zone === undefined ? "0" : `${region}-${zone}`,
    ...labels,
  };
}

function readTaint(text: string): Taint {
  const [, key = "", value, effect = ""] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? [];
  return { key, ...(value ? { value } : {}), effect };
}

/** AKS takes 1.35 for a patch of it. */
function kubeletVersion(version: string): string {
  return `v${version.split(".").length < 3 ? `${version}.0` : version}`;
}
