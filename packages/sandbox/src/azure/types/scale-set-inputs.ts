import type { DataDisk } from "./attached-disks";
import type { Reference } from "../resource-type";
import type { WindowsConfiguration } from "./patch-rules";
import type { ApplicationProfile } from "./machine-applications";

/** The parts of `azure-native:compute:VirtualMachineScaleSet` that the rules read. */
export interface ScaleSetInputs {
  vmScaleSetName?: string;
  orchestrationMode?: string;
  overprovision?: boolean;
  platformFaultDomainCount?: number;
  singlePlacementGroup?: boolean;
  zoneBalance?: boolean;
  zones?: string[];
  sku?: { name?: string; capacity?: number };
  identity?: { type?: string; userAssignedIdentities?: string[] };
  automaticRepairsPolicy?: { enabled?: boolean; gracePeriod?: string };
  upgradePolicy?: {
    mode?: string;
    rollingUpgradePolicy?: RollingUpgradePolicy;
    automaticOSUpgradePolicy?: { enableAutomaticOSUpgrade?: boolean };
  };
  virtualMachineProfile?: MachineProfile;
}

export interface RollingUpgradePolicy {
  maxBatchInstancePercent?: number;
  maxUnhealthyInstancePercent?: number;
  maxUnhealthyUpgradedInstancePercent?: number;
  pauseTimeBetweenBatches?: string;
  maxSurge?: boolean;
}

export interface MachineProfile {
  osProfile?: {
    adminUsername?: string;
    adminPassword?: string;
    computerNamePrefix?: string;
    windowsConfiguration?: WindowsConfiguration;
    linuxConfiguration?: { provisionVMAgent?: boolean };
  };
  storageProfile?: {
    osDisk?: { osType?: string; caching?: string; diffDiskSettings?: { option?: string } };
    dataDisks?: DataDisk[];
  };
  securityProfile?: { encryptionAtHost?: boolean; securityType?: string };
  networkProfile?: {
    networkApiVersion?: string;
    healthProbe?: Reference;
    networkInterfaceConfigurations?: NetworkInterface[];
  };
  applicationProfile?: ApplicationProfile;
  extensionProfile?: { extensions?: Extension[]; extensionsTimeBudget?: string };
  scheduledEventsProfile?: { terminateNotificationProfile?: { enable?: boolean; notBeforeTimeout?: string } };
}

export interface NetworkInterface {
  name?: string;
  primary?: boolean;
  networkSecurityGroup?: Reference;
  ipConfigurations?: {
    subnet?: Reference;
    loadBalancerBackendAddressPools?: Reference[];
    applicationSecurityGroups?: Reference[];
  }[];
}

export interface Extension {
  name?: string;
  publisher?: string;
  type?: string;
  settings?: Record<string, unknown>;
  protectedSettings?: Record<string, unknown>;
  provisionAfterExtensions?: string[];
}

export const PROFILE = "virtualMachineProfile";
export const EXTENSIONS = `${PROFILE}.extensionProfile.extensions`;

export function extensionsOf(inputs: ScaleSetInputs): Extension[] {
  return inputs.virtualMachineProfile?.extensionProfile?.extensions ?? [];
}

export function isHealthExtension(extension: Extension): boolean {
  return /^ApplicationHealth(Windows|Linux)$/i.test(extension.type ?? "");
}

export function isWindows({ virtualMachineProfile: profile }: ScaleSetInputs): boolean {
  const osType = profile?.storageProfile?.osDisk?.osType;
  return osType === undefined
    ? profile?.osProfile?.windowsConfiguration !== undefined || !profile?.osProfile?.linuxConfiguration
    : osType.toLowerCase() === "windows";
}
