import type { compute as inputs } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS, repairGraceMinutes, rollingUpgrade } from "@windows-ha/spec";
import type { WindowsScaleSetArgs } from "./args";
import type { ScaleSetSpec } from "./resolve";

/** Bodies of the scale set, in Azure's words. Pure, but for secrets that are passed through. */

/** The first version of the network API that Flexible orchestration takes. */
const NETWORK_API_VERSION = "2020-11-01";
const INSTALL_EXTENSION = "service-install";
const HEALTH_EXTENSION = "application-health";

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
    },
  };
}

export function automaticRepairsPolicy(spec: ScaleSetSpec): inputs.AutomaticRepairsPolicyArgs {
  return { enabled: true, gracePeriod: `PT${repairGraceMinutes(spec.installSeconds)}M`, repairAction: "Replace" };
}

export function osProfile(
  spec: ScaleSetSpec,
  adminPassword: pulumi.Output<string>,
): inputs.VirtualMachineScaleSetOSProfileArgs {
  return {
    computerNamePrefix: spec.computerNamePrefix,
    adminUsername: spec.adminUsername,
    adminPassword,
    windowsConfiguration: {
      provisionVMAgent: true,
      enableAutomaticUpdates: true,
      patchSettings: { patchMode: "AutomaticByPlatform", assessmentMode: "AutomaticByPlatform" },
    },
  };
}

export function storageProfile(spec: ScaleSetSpec): inputs.VirtualMachineScaleSetStorageProfileArgs {
  return {
    imageReference: { ...spec.image },
    osDisk: {
      createOption: "FromImage",
      caching: "ReadWrite",
      deleteOption: "Delete",
      osType: "Windows",
      managedDisk: { storageAccountType: spec.osDiskType },
    },
  };
}

export function securityProfile(spec: ScaleSetSpec): inputs.SecurityProfileArgs {
  return {
    securityType: "TrustedLaunch",
    uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
    encryptionAtHost: spec.encryptionAtHost,
  };
}

export function networkProfile(args: WindowsScaleSetArgs): inputs.VirtualMachineScaleSetNetworkProfileArgs {
  return {
    networkApiVersion: NETWORK_API_VERSION,
    networkInterfaceConfigurations: [
      {
        name: "primary",
        primary: true,
        deleteOption: "Delete",
        enableAcceleratedNetworking: true,
        ipConfigurations: [
          {
            name: "primary",
            primary: true,
            privateIPAddressVersion: "IPv4",
            subnet: { id: args.subnetId },
            loadBalancerBackendAddressPools: (args.backendPoolIds ?? []).map((id) => ({ id })),
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
export function extensionProfile(
  args: WindowsScaleSetArgs,
  spec: ScaleSetSpec,
): inputs.VirtualMachineScaleSetExtensionProfileArgs {
  const install = args.install ? [installExtension(args.install)] : [];
  const before = args.install ? { provisionAfterExtensions: [INSTALL_EXTENSION] } : {};
  return { extensions: [...install, { ...healthExtension(spec), ...before }], extensionsTimeBudget: "PT1H30M" };
}

function installExtension(
  install: NonNullable<WindowsScaleSetArgs["install"]>,
): inputs.VirtualMachineScaleSetExtensionArgs {
  return {
    name: INSTALL_EXTENSION,
    publisher: "Microsoft.Compute",
    type: "CustomScriptExtension",
    typeHandlerVersion: "1.10",
    autoUpgradeMinorVersion: true,
    settings: { fileUris: install.fileUris },
    protectedSettings: pulumi.secret({ commandToExecute: install.commandToExecute }),
  };
}

function healthExtension({ health, installSeconds }: ScaleSetSpec): inputs.VirtualMachineScaleSetExtensionArgs {
  const { intervalSeconds, numberOfProbes } = DEFAULTS.healthExtension;
  return {
    name: HEALTH_EXTENSION,
    publisher: "Microsoft.ManagedServices",
    type: "ApplicationHealthWindows",
    typeHandlerVersion: health.reportsHealthState ? "2.0" : "1.0",
    autoUpgradeMinorVersion: true,
    settings: {
      protocol: "http",
      port: health.port,
      requestPath: health.path,
      intervalInSeconds: intervalSeconds,
      numberOfProbes,
      // Rich states only: time after the start in which a machine that isn't healthy yet is "initializing". Covers boot
      // and install, as the grace of the repairs does; Azure takes up to 4 hours.
      ...(health.reportsHealthState ? { gracePeriod: DEFAULTS.repairs.bootSeconds + installSeconds } : {}),
    },
  };
}
