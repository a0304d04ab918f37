import type { AzureError } from "../azure-error";
import { missingReference } from "../references";
import { defineType, type Immutable, type Placement } from "../resource-type";
import { identityOutputs, missingIdentity } from "./machine-identity";
import { applicationRules, missingApplication } from "./machine-applications";
import { extensionRules } from "./scale-set-extension-rules";
import { EXTENSIONS, PROFILE, type ScaleSetInputs } from "./scale-set-inputs";
import { dataDiskRules } from "./attached-disks";
import { machineRules } from "./scale-set-machine-rules";
import { upgradeRules } from "./scale-set-upgrade-rules";
import { uuidOf } from "./user-assigned-identity";

function unchangeable(path: string, target = path): Immutable {
  return { path, code: "PropertyChangeNotAllowed", message: `Changing property '${target}' is not allowed.` };
}

export const virtualMachineScaleSet = defineType<ScaleSetInputs>({
  token: "azure-native:compute:VirtualMachineScaleSet",
  armType: "Microsoft.Compute/virtualMachineScaleSets",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/virtualMachineScaleSets/{vmScaleSetName}",
  autoName: "random",
  location: "inherited",
  // azure-native marks nothing but the path: everything that Azure refuses previews as an update.
  replaceOn: [],
  machinesOf: ({ id }) => id,
  preflightReads: ["sku", EXTENSIONS],
  writeOnly: [
    { path: `${PROFILE}.osProfile.adminPassword`, remembered: false },
    { path: `${PROFILE}.osProfile.customData`, remembered: true },
    { path: `${EXTENSIONS}[].protectedSettings`, remembered: true },
  ],
  rules: [
    ...machineRules,
    ...upgradeRules,
    ...extensionRules,
    ...dataDiskRules<ScaleSetInputs>(
      `${PROFILE}.storageProfile.dataDisks`,
      (inputs) => inputs.virtualMachineProfile?.storageProfile?.dataDisks,
    ),
    ...applicationRules<ScaleSetInputs>(
      `${PROFILE}.applicationProfile`,
      (inputs) => inputs.virtualMachineProfile?.applicationProfile,
    ),
  ],
  immutables: [
    unchangeable("orchestrationMode"),
    unchangeable("platformFaultDomainCount"),
    unchangeable(`${PROFILE}.osProfile.adminUsername`, "osProfile.adminUsername"),
    unchangeable(`${PROFILE}.osProfile.computerNamePrefix`, "osProfile.computerNamePrefix"),
    unchangeable(
      `${PROFILE}.osProfile.windowsConfiguration.enableAutomaticUpdates`,
      "osProfile.windowsConfiguration.enableAutomaticUpdates",
    ),
    // Zones can be added since 2024, never taken away.
    {
      ...unchangeable("zones"),
      refuses: (before, after) =>
        ((before ?? []) as string[]).some((zone) => !((after ?? []) as string[]).includes(zone)),
    },
    {
      path: "singlePlacementGroup",
      code: "OperationNotAllowed",
      message: "The property singlePlacementGroup cannot be changed from false to true.",
      refuses: (_, after) => after === true,
    },
  ],
  refusePlacement,
  compute: (placement) => ({ uniqueId: uuidOf(`scale set:${placement.id}`), ...identityOutputs(placement) }),
});

function refusePlacement(placement: Placement): AzureError | undefined {
  const { id, inputs, store } = placement;
  const { virtualMachineProfile: profile } = inputs as ScaleSetInputs;
  const interfaces = profile?.networkProfile?.networkInterfaceConfigurations ?? [];
  const references = interfaces.flatMap(({ networkSecurityGroup, ipConfigurations = [] }) => [
    networkSecurityGroup?.id,
    ...ipConfigurations.flatMap((configuration) => [
      configuration.subnet?.id,
      ...(configuration.loadBalancerBackendAddressPools ?? []).map((pool) => pool.id),
      ...(configuration.applicationSecurityGroups ?? []).map((group) => group.id),
    ]),
  ]);
  return (
    missingIdentity(placement) ??
    missingReference(store, id, references) ??
    missingApplication(placement, profile?.applicationProfile)
  );
}
