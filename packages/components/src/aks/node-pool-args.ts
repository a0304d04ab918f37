import type * as pulumi from "@pulumi/pulumi";

/** The Windows that nodes run. */
export const WindowsOsSku = { Windows2022: "Windows2022", Windows2025: "Windows2025" } as const;
/** `Windows2022`: up to Kubernetes 1.36 · `Windows2025`: from 1.32, with FIPS and images of generation 2. */
export type WindowsOsSku = (typeof WindowsOsSku)[keyof typeof WindowsOsSku];

/** Where a node's system lies. */
export const NodeDiskType = { Ephemeral: "Ephemeral", Managed: "Managed" } as const;
/** `Ephemeral`: on the machine's local disk, faster and without cost · `Managed`: on a disk of its own. */
export type NodeDiskType = (typeof NodeDiskType)[keyof typeof NodeDiskType];

/** How many nodes there are by what pods ask for. */
export interface NodeAutoscaleArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * The least nodes.
   * @default count
   */
  minimum?: number;
  /** The most nodes. */
  maximum: number;
}

/** How nodes are replaced by an upgrade. */
export interface NodeUpgradeArgs {
  /**
   * Nodes that are added before others are emptied: a number, or a part of the pool.
   * @default "33%"
   */
  maxSurge?: string;
  /**
   * Minutes to empty a node, 5 to 1440; longer than a pod may take to stop.
   * @default 30
   */
  drainTimeoutMinutes?: number;
  /**
   * Minutes between a new node and the next one, 0 to 30.
   * @default 0
   */
  soakMinutes?: number;
}

/** Settings of Windows nodes, whatever cluster they belong to. */
export interface WindowsPoolSettingsArgs {
  /**
   * 1 to 6 lower-case letters and digits, a letter first. A pool of this name is deleted before its successor is there
   * when a setting changes that AKS keeps for good (`osSku`, `fips`, `size`, `zones`, `maxPods`, disk).
   * @default a name made of those settings, so that the successor is there first
   */
  poolName?: string;
  /**
   * The Windows of the nodes, which images have to be built for.
   * @default "Windows2022"
   */
  osSku?: WindowsOsSku;
  /**
   * Version of Kubernetes of the nodes, such as `1.35`.
   * @default the cluster's
   */
  kubernetesVersion?: string;
  /**
   * Whether Windows has FIPS cryptography only.
   * @default whether AKS has this Windows with FIPS only
   */
  fips?: boolean;
  /**
   * Size of the machines.
   * @default "Standard_D4ds_v5"
   */
  size?: string;
  /**
   * Nodes, 1 to 1000; with `autoscale`, at the beginning.
   * @default 3
   */
  count?: number;
  /**
   * Decides about the number by what pods ask for.
   * @default none
   */
  autoscale?: NodeAutoscaleArgs;
  /**
   * Availability zones.
   * @default ["1", "2", "3"]
   */
  zones?: string[];
  /**
   * Pods per node, 10 to 250; Azure recommends at most 110 on Windows.
   * @default 50
   */
  maxPods?: number;
  /**
   * GiB of the system's disk, 30 to 2048.
   * @default 128
   */
  osDiskSizeGb?: number;
  /** @default "Ephemeral" */
  osDiskType?: NodeDiskType;
  /**
   * Whether pods that don't tolerate `os=windows:NoSchedule` are kept off.
   * @default true
   */
  tainted?: boolean;
  /**
   * Labels of the nodes.
   * @default {}
   */
  labels?: Record<string, string>;
  upgrade?: NodeUpgradeArgs;
}

/** Arguments of {@link WindowsNodePool}. */
export interface WindowsNodePoolArgs extends WindowsPoolSettingsArgs {
  /** Resource group of the cluster. */
  resourceGroupName: pulumi.Input<string>;
  /** Name of the cluster, for example `cluster.clusterName`. */
  clusterName: pulumi.Input<string>;
  /**
   * Subnet of the nodes; pools of one cluster are in one network.
   * @default that of the cluster
   */
  subnetId?: pulumi.Input<string>;
  /** Tags of the pool. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
