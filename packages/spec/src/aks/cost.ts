import { consulServers, estimateOf, linuxPrice, windowsPrice, type CostEstimate, type Part } from "../models/cost";
import {
  AKS_STANDARD_PRICE,
  diskPrice,
  LOAD_BALANCER_PRICE,
  NAT_GATEWAY_PRICE,
  PUBLIC_IP_PRICE,
} from "../models/prices";
import type { AksClusterSpec } from "./aks-cluster";
import { outboundTypeOf } from "./aks-network";
import type { AksHaClusterSpec } from "./ha-cluster";
import type { WindowsNodePoolSpec } from "./node-pool";
import { hasLocalDisk, processors } from "./node-size";
import type { WindowsWorkloadSpec } from "./workload";

/** What everything of the whole costs. Nodes that an autoscaler or an upgrade adds are not in it. */
export function costAksHaCluster({ cluster, windowsPool, workload, consul }: AksHaClusterSpec): CostEstimate {
  return estimateOf([
    ...(cluster.existing ? [] : [...controlPlane(), ...systemNodes(cluster), ...natGateway()]),
    ...windowsNodes(windowsPool, cluster.hybridBenefit),
    ...balancer(workload),
    ...(consul?.servers ? consulServers(consul.servers) : []),
  ]);
}

/** A cluster without its Windows nodes; one that is there already costs nothing more. */
export function costAksCluster(cluster: AksClusterSpec): CostEstimate {
  if (cluster.existing) return estimateOf([]);
  const outbound = outboundTypeOf(cluster.network);
  return estimateOf([
    ...controlPlane(),
    ...systemNodes(cluster),
    ...(outbound === "managedNATGateway" ? natGateway() : []),
    ...(outbound === "loadBalancer" ? outboundBalancer() : []),
  ]);
}

/** Whether Windows is licensed already is the cluster's to say: a pool by itself is told of no licence. */
export function costWindowsPool(pool: WindowsNodePoolSpec): CostEstimate {
  return estimateOf(windowsNodes(pool, false));
}

function controlPlane(): Part[] {
  return [["API server of the Standard tier", 1, AKS_STANDARD_PRICE]];
}

/** Ephemeral disks are part of their machine. */
function systemNodes({ systemPool: { count, size } }: AksClusterSpec): Part[] {
  const diskGb = systemDiskGb(size);
  const disk: Part = [`system node's disk Premium_LRS of ${diskGb} GB`, count, diskPrice("Premium_LRS", diskGb)];
  return [[`system node ${size} with Linux`, count, linuxPrice(size)], ...(hasLocalDisk(size) ? [] : [disk])];
}

/** AKS' own choice by the machine's processors (azure-aks-docs, concepts-storage.md). */
const SYSTEM_DISKS: readonly { upTo: number; sizeGb: number }[] = [
  { upTo: 7, sizeGb: 128 },
  { upTo: 15, sizeGb: 256 },
  { upTo: 63, sizeGb: 512 },
  { upTo: Infinity, sizeGb: 1024 },
];

function systemDiskGb(size: string): number {
  const count = processors(size) ?? 0;
  return SYSTEM_DISKS.find(({ upTo }) => count <= upTo)!.sizeGb;
}

function windowsNodes({ count, size, osDiskType, osDiskSizeGb }: WindowsNodePoolSpec, hybridBenefit: boolean): Part[] {
  const item = `node ${size} ${hybridBenefit ? "without a Windows licence" : "with Windows"}`;
  const disk: Part = [`node's disk Premium_LRS of ${osDiskSizeGb} GB`, count, diskPrice("Premium_LRS", osDiskSizeGb)];
  return [[item, count, windowsPrice(size, hybridBenefit)], ...(osDiskType === "Managed" ? [disk] : [])];
}

function natGateway(): Part[] {
  return [
    ["NAT gateway", 1, NAT_GATEWAY_PRICE],
    ["public address", 1, PUBLIC_IP_PRICE],
  ];
}

function outboundBalancer(): Part[] {
  return [
    ["load balancer", 1, LOAD_BALANCER_PRICE],
    ["public address", 1, PUBLIC_IP_PRICE],
  ];
}

/** One rule, the service's port. Clients inside and outside have balancers of their own. */
function balancer({ loadBalancer }: Pick<WindowsWorkloadSpec, "loadBalancer">): Part[] {
  if (!loadBalancer.enabled) return [];
  return [
    ["load balancer", 1, LOAD_BALANCER_PRICE],
    ...(loadBalancer.public ? [["public address of the service", 1, PUBLIC_IP_PRICE] as const] : []),
  ];
}
