import type { EffectRow, EffectTable } from "./effect";

const FIXED = "Azure never changes it on what exists";
const MODEL = "the machines get the new model";

const RUN_COMMAND: readonly EffectRow[] = [
  ["source", "rolls", "the command runs again on the machine"],
  ["parameters", "rolls", "the command runs again on the machine"],
  ["protectedParameters", "rolls", "the command runs again on the machine"],
  ["timeoutInSeconds", "none", "only how long Azure waits"],
];

/**
 * Machines. Source: Azure's documentation of scale sets' upgrade policies and of the properties that can't be changed;
 * the sandbox refuses and rolls by the same rules. "rolls" holds for the policy Rolling (`judge.ts`).
 */
export const COMPUTE_EFFECTS: EffectTable = {
  "azure-native:compute:VirtualMachineScaleSet": [
    ["orchestrationMode", "refused", FIXED],
    ["platformFaultDomainCount", "refused", FIXED],
    ["virtualMachineProfile.osProfile.adminUsername", "refused", FIXED],
    ["virtualMachineProfile.osProfile.computerNamePrefix", "refused", FIXED],
    ["virtualMachineProfile.osProfile.windowsConfiguration.enableAutomaticUpdates", "refused", FIXED],
    [
      "virtualMachineProfile.storageProfile.imageReference",
      "rolls",
      "each machine gets a new system disk from the image",
    ],
    ["virtualMachineProfile.extensionProfile", "rolls", "extensions run again on each machine"],
    ["virtualMachineProfile.applicationProfile", "rolls", "each machine installs the application's version"],
    ["virtualMachineProfile", "rolls", MODEL],
    ["sku.name", "rolls", "each machine restarts in the new size"],
    ["sku.capacity", "inPlace", "machines come or go, the others stay as they are"],
    ["zones", "inPlace", "new machines may use the zone; those that exist stay"],
    ["upgradePolicy", "inPlace", "how the next upgrade goes"],
    ["automaticRepairsPolicy", "inPlace", "when unhealthy machines are replaced"],
    ["resiliencyPolicy", "inPlace", "how Azure retries and rebalances"],
    ["scaleInPolicy", "inPlace", "which machine goes first"],
  ],
  "azure-native:compute:VirtualMachine": [
    ["zones", "refused", FIXED],
    ["availabilitySet", "refused", FIXED],
    ["osProfile.adminUsername", "refused", FIXED],
    ["osProfile.computerName", "refused", FIXED],
    ["osProfile.customData", "refused", FIXED],
    ["osProfile.windowsConfiguration.enableAutomaticUpdates", "refused", FIXED],
    ["storageProfile.imageReference", "refused", FIXED],
    [
      "storageProfile.osDisk.managedDisk.storageAccountType",
      "refused",
      "Azure changes it only while the machine is off",
    ],
    ["securityProfile.securityType", "refused", FIXED],
    ["securityProfile.encryptionAtHost", "refused", "Azure changes it only while the machine is off"],
    ["hardwareProfile.vmSize", "interrupts", "the machine restarts in the new size"],
    ["applicationProfile", "rolls", "the machine installs the application's version"],
    ["storageProfile.dataDisks", "inPlace", "disks are attached or detached while it runs"],
    ["diagnosticsProfile", "inPlace", "only how it is watched"],
    ["licenseType", "none", "only what it costs"],
    ["identity", "inPlace", "what it may ask tokens for"],
  ],
  "azure-native:compute:VirtualMachineRunCommand": RUN_COMMAND,
  "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": RUN_COMMAND,
  "azure-native:compute:VirtualMachineExtension": [
    ["settings", "rolls", "the extension runs again on the machine"],
    ["protectedSettings", "rolls", "the extension runs again on the machine"],
    ["forceUpdateTag", "rolls", "the extension runs again on the machine"],
    ["typeHandlerVersion", "rolls", "the extension runs again on the machine"],
    ["publisher", "refused", FIXED],
    ["type", "refused", FIXED],
  ],
  "azure-native:compute:AvailabilitySet": [
    ["platformFaultDomainCount", "refused", FIXED],
    ["platformUpdateDomainCount", "refused", FIXED],
  ],
  "azure-native:compute:Disk": [
    ["zones", "refused", FIXED],
    ["creationData.createOption", "refused", FIXED],
    ["diskSizeGB", "inPlace", "a disk grows while it is attached; Azure refuses to shrink one"],
    ["diskIOPSReadWrite", "inPlace", "its speed"],
    ["diskMBpsReadWrite", "inPlace", "its speed"],
    ["networkAccessPolicy", "inPlace", "who may export it"],
    ["publicNetworkAccess", "inPlace", "who may export it"],
  ],
  "azure-native:compute:Gallery": [["description", "none", "a text"]],
  "azure-native:compute:GalleryApplication": [
    ["supportedOSType", "refused", FIXED],
    ["description", "none", "a text"],
  ],
  "azure-native:compute:GalleryApplicationVersion": [
    ["publishingProfile.targetRegions", "inPlace", "where copies of it are"],
    ["publishingProfile.replicaCount", "inPlace", "how many copies of it there are"],
    ["publishingProfile.excludeFromLatest", "inPlace", 'whether "latest" means it'],
    ["publishingProfile", "refused", FIXED],
  ],
  "azure-native:monitor:AutoscaleSetting": [["", "inPlace", "when machines come and go"]],
};
