import type * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import {
  osOfSku,
  resolveWindowsPool,
  WINDOWS_TAINT,
  windowsPoolFacts,
  type WindowsNodePoolSpec,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { onDemand } from "../common/on-demand";
import { withName } from "../common/resource-names";
import type { WindowsNodePoolArgs } from "./node-pool-args";

/**
 * Windows nodes of a cluster on AKS: over the zones, tainted so that nothing else lands there, replaced by an upgrade
 * only after others were added.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class WindowsNodePool extends pulumi.ComponentResource {
  /** Name of the pool; the nodes have it in their label `kubernetes.azure.com/agentpool`. */
  public readonly poolName: pulumi.Output<string>;
  /** Id of the pool. */
  public readonly poolId: pulumi.Output<string>;
  /** What images have to be built for, such as `ltsc2022`. */
  public readonly windowsVersion: pulumi.Output<string>;

  constructor(name: string, args: WindowsNodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `WindowsNodePool "${name}"`,
      withName(name, resolveWindowsPool(args), () => []),
    );
    super("windows-ha:index:WindowsNodePool", name, { ...windowsPoolFacts(spec) }, opts);

    const pool = new onDemand.containerservice.AgentPool(name, poolBody(args, spec), poolOptions(args, spec, this));

    this.poolName = pool.name;
    this.poolId = pool.id;
    this.windowsVersion = pulumi.output(osOfSku(spec.osSku).version);
    this.registerOutputs({ poolName: this.poolName, poolId: this.poolId, windowsVersion: this.windowsVersion });
  }
}

function poolBody(args: WindowsNodePoolArgs, spec: WindowsNodePoolSpec): containerservice.AgentPoolArgs {
  const { autoscale, upgrade, kubernetesVersion, labels } = spec;
  return {
    resourceGroupName: args.resourceGroupName,
    resourceName: args.clusterName,
    agentPoolName: spec.poolName,
    mode: "User",
    type: "VirtualMachineScaleSets",
    osType: "Windows",
    osSKU: spec.osSku,
    enableFIPS: spec.fips,
    vmSize: spec.size,
    count: spec.count,
    ...(autoscale?.enabled
      ? { enableAutoScaling: true, minCount: autoscale.minimum, maxCount: autoscale.maximum }
      : {}),
    availabilityZones: spec.zones,
    maxPods: spec.maxPods,
    osDiskSizeGB: spec.osDiskSizeGb,
    osDiskType: spec.osDiskType,
    enableEncryptionAtHost: true,
    ...(spec.tainted ? { nodeTaints: [taint()] } : {}),
    ...(Object.keys(labels).length > 0 ? { nodeLabels: labels } : {}),
    ...(kubernetesVersion === undefined ? {} : { orchestratorVersion: kubernetesVersion }),
    ...(args.subnetId === undefined ? {} : { vnetSubnetID: args.subnetId }),
    upgradeSettings: {
      maxSurge: upgrade.maxSurge,
      drainTimeoutInMinutes: upgrade.drainTimeoutMinutes,
      nodeSoakDurationInMinutes: upgrade.soakMinutes,
    },
    ...(args.tags === undefined ? {} : { tags: args.tags }),
  };
}

function taint(): string {
  const { key, value, effect } = WINDOWS_TAINT;
  return `${key}=${value}:${effect}`;
}

/** What AKS refuses to change although a preview would call it an update. */
const FIXED = [
  "osSKU",
  "enableFIPS",
  "vmSize",
  "availabilityZones",
  "maxPods",
  "osDiskSizeGB",
  "osDiskType",
  "enableEncryptionAtHost",
  "vnetSubnetID",
];

function poolOptions(
  { poolName }: WindowsNodePoolArgs,
  { autoscale }: WindowsNodePoolSpec,
  parent: WindowsNodePool,
): pulumi.CustomResourceOptions {
  return {
    parent,
    replaceOnChanges: FIXED,
    // A name that follows the settings is free for the successor; a given one isn't.
    deleteBeforeReplace: poolName !== undefined,
    // The autoscaler decides.
    ...(autoscale?.enabled ? { ignoreChanges: ["count"] } : {}),
  };
}
