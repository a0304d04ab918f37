import type { compute as inputs } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { noticeMinutes, repairGraceMinutes, rollingUpgrade } from "@windows-ha/spec";
import {
  applicationProfile,
  diagnosticsProfile,
  HEALTH_EXTENSION,
  healthExtension,
  imageAndDisk,
  INSTALL_EXTENSION,
  installExtension,
  licence,
  securityProfile,
  windowsConfiguration,
} from "../common/machine-body";
import { disposableDisks } from "../machine/data-disks";
import type { WindowsScaleSetArgs } from "./args";
import type { ScaleSetSpec } from "./resolve";

/** Bodies of the scale set, in Azure's words. Pure, but for secrets that are passed through. */

/** The first version of the network API that Flexible orchestration takes. */
const NETWORK_API_VERSION = "2020-11-01";

export function upgradePolicy(spec: ScaleSetSpec): inputs.UpgradePolicyArgs {
  const limits = rollingUpgrade(spec);
  return {
    mode: "Rolling",
    rollingUpgradePolicy: {
      maxBatchInstancePercent: limits.batchPercent,
      maxUnhealthyInstancePercent: limits.unhealthyPercent,
      maxUnhealthyUpgradedInstancePercent: limits.unhealthyUpgradedPercent,
      pauseTimeBetweenBatches: `PT${limits.pauseSeconds}S`,
      prioritizeUnhealthyInstances: true,
      maxSurge: limits.maxSurge,
    },
  };
}

export function automaticRepairsPolicy({ repairs, installSeconds }: ScaleSetSpec): inputs.AutomaticRepairsPolicyArgs {
  if (!repairs.enabled) return { enabled: false };
  const minutes = repairs.graceMinutes ?? repairGraceMinutes(installSeconds);
  return { enabled: true, gracePeriod: `PT${minutes}M`, repairAction: "Replace" };
}

/** Azure tries a creation or deletion again that failed at its own end, and evens the machines out over the zones. */
export function resiliencyPolicy({ zoneRebalance }: ScaleSetSpec): inputs.ResiliencyPolicyArgs {
  return {
    resilientVMCreationPolicy: { enabled: true },
    resilientVMDeletionPolicy: { enabled: true },
    automaticZoneRebalancingPolicy: zoneRebalance
      ? { enabled: true, rebalanceStrategy: "Recreate", rebalanceBehavior: "CreateBeforeDelete" }
      : { enabled: false },
  };
}

export function machineProfile(
  args: WindowsScaleSetArgs,
  spec: ScaleSetSpec,
  adminPassword: pulumi.Output<string>,
): inputs.VirtualMachineScaleSetVMProfileArgs {
  return {
    osProfile: {
      computerNamePrefix: spec.computerNamePrefix,
      adminUsername: spec.adminUsername,
      adminPassword,
      windowsConfiguration: windowsConfiguration(spec),
    },
    storageProfile: { ...imageAndDisk(spec), ...disposableDisks(spec) },
    networkProfile: networkProfile(args, spec),
    securityProfile: securityProfile(spec),
    diagnosticsProfile: diagnosticsProfile(spec),
    extensionProfile: extensionProfile(args, spec),
    ...applicationProfile(args.applicationVersionId),
    scheduledEventsProfile: scheduledEventsProfile(spec),
    ...licence(spec),
  };
}

/** A machine that is going to be deleted (scale-in, repair, replacement) hears of it and may drain first. */
function scheduledEventsProfile({ terminateNotification }: ScaleSetSpec): inputs.ScheduledEventsProfileArgs {
  const { enabled, minutes = noticeMinutes(0) } = terminateNotification;
  return {
    terminateNotificationProfile: enabled ? { enable: true, notBeforeTimeout: `PT${minutes}M` } : { enable: false },
  };
}

function networkProfile(
  args: WindowsScaleSetArgs,
  spec: ScaleSetSpec,
): inputs.VirtualMachineScaleSetNetworkProfileArgs {
  return {
    networkApiVersion: NETWORK_API_VERSION,
    networkInterfaceConfigurations: [
      {
        name: "primary",
        primary: true,
        deleteOption: "Delete",
        enableAcceleratedNetworking: spec.acceleratedNetworking,
        ...(args.networkSecurityGroupId === undefined
          ? {}
          : { networkSecurityGroup: { id: args.networkSecurityGroupId } }),
        ipConfigurations: [
          {
            name: "primary",
            primary: true,
            privateIPAddressVersion: "IPv4",
            subnet: { id: args.subnetId },
            loadBalancerBackendAddressPools: (args.backendPoolIds ?? []).map((id) => ({ id })),
            applicationSecurityGroups: (args.applicationSecurityGroupIds ?? []).map((id) => ({ id })),
          },
        ],
      },
    ],
  };
}

/**
 * The extensions, inside the profile: as resources of their own they would break rolling upgrades. The service is
 * installed before Azure starts to judge the machine, which only `provisionAfterExtensions` says, not the order here.
 */
function extensionProfile(
  args: WindowsScaleSetArgs,
  spec: ScaleSetSpec,
): inputs.VirtualMachineScaleSetExtensionProfileArgs {
  const install = args.install ? [{ name: INSTALL_EXTENSION, ...installExtension(args.install) }] : [];
  const before = args.install ? { provisionAfterExtensions: [INSTALL_EXTENSION] } : {};
  const health = { name: HEALTH_EXTENSION, ...healthExtension(spec), ...before };
  return { extensions: [...install, health], extensionsTimeBudget: "PT1H30M" };
}
