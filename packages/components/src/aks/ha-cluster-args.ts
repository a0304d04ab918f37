import type * as pulumi from "@pulumi/pulumi";
import type { AksConsulArgs } from "./consul-args";
import type { NetworkRangesArgs } from "../network/args";
import type { ServiceArgs } from "../service-install/args";
import type { AksRangesArgs, AksSettingsArgs } from "./cluster-args";
import type { WindowsPoolSettingsArgs } from "./node-pool-args";
import type { WorkloadSettingsArgs } from "./workload-args";

/** A cluster that is there already, with its own network. */
export interface AdoptedAksClusterArgs {
  /** Its name. */
  clusterName: pulumi.Input<string>;
  /**
   * Its resource group.
   * @default `resourceGroupName` of the whole
   */
  resourceGroupName?: pulumi.Input<string>;
}

/** The cluster of Kubernetes. */
export interface HaAksSettingsArgs extends AksSettingsArgs {
  network?: AksRangesArgs;
  /**
   * A cluster that is there already: it gets a node pool and the service, and is left as it is otherwise.
   * @default a new cluster
   */
  existing?: AdoptedAksClusterArgs;
}

/** Where secrets are kept that are given by their value. */
export interface AksSecretStoreArgs {
  /**
   * Public addresses and ranges that reach the vault; required with an existing cluster.
   * @default [], which is the address of the network's gateway
   */
  allowFrom?: pulumi.Input<string>[];
  /**
   * Tenant of the vault.
   * @default that of whoever deploys
   */
  tenantId?: pulumi.Input<string>;
  /**
   * Days in which a deleted vault can be brought back, 7 to 90; can't be changed later.
   * @default 90
   */
  softDeleteRetentionDays?: number;
}

/** Arguments of {@link WindowsHaAksCluster}. */
export interface WindowsHaAksClusterArgs {
  /** The service: that of a `WindowsHaCluster`, with `image` in place of `artifact`. */
  service: ServiceArgs;
  /**
   * Name of the resource group that holds everything.
   * @default a new one
   */
  resourceGroupName?: pulumi.Input<string>;
  /**
   * Azure region, for example `westeurope`.
   * @default the `azure-native:location` of the stack's configuration
   */
  location?: pulumi.Input<string>;
  /** Tags of every resource that takes tags: at most 49; with secrets that are given by value, at most 15. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  workload?: WorkloadSettingsArgs;
  windowsPool?: WindowsPoolSettingsArgs;
  cluster?: HaAksSettingsArgs;
  network?: NetworkRangesArgs;
  secretStore?: AksSecretStoreArgs;
  /**
   * Discovery by Consul: servers, and the service in their catalogue.
   * @default none
   */
  consul?: AksConsulArgs;
}
