import { AzureError } from "../azure-error";
import { missingReference } from "../references";
import { defineType, type Immutable, type Placement } from "../resource-type";
import { extensionRules } from "./scale-set-extension-rules";
import { EXTENSIONS, PROFILE, type ScaleSetInputs } from "./scale-set-inputs";
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
  isScaleSet: true,
  writeOnly: [
    { path: `${PROFILE}.osProfile.adminPassword`, remembered: false },
    { path: `${PROFILE}.osProfile.customData`, remembered: true },
    { path: `${EXTENSIONS}[].protectedSettings`, remembered: true },
  ],
  rules: [...machineRules, ...upgradeRules, ...extensionRules],
  immutables: [
    unchangeable("orchestrationMode"),
    unchangeable("platformFaultDomainCount"),
    unchangeable(`${PROFILE}.osProfile.adminUsername`, "osProfile.adminUsername"),
    unchangeable(`${PROFILE}.osProfile.computerNamePrefix`, "osProfile.computerNamePrefix"),
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
  compute: ({ id, inputs, store }) => {
    const { identity } = inputs as ScaleSetInputs;
    const identities = (identity?.userAssignedIdentities ?? []).map((identityId) => {
      const { principalId, clientId } = store.get(identityId)!.outputs as { principalId: string; clientId: string };
      return [identityId, { principalId, clientId }] as const;
    });
    return {
      uniqueId: uuidOf(`scale set:${id}`),
      ...(identity ? { identity: { ...identity, userAssignedIdentities: Object.fromEntries(identities) } } : {}),
    };
  },
});

function refusePlacement({ id, inputs, store }: Placement): AzureError | undefined {
  const { identity, virtualMachineProfile: profile } = inputs as ScaleSetInputs;
  const identityId = identity?.userAssignedIdentities?.find((candidate) => !store.get(candidate));
  if (identityId !== undefined) {
    return new AzureError(
      "FailedIdentityOperation",
      `Identity operation for resource '${id}' failed with error 'Failed to perform resource identity operation': Resource '${identityId}' was not found.`,
    );
  }
  const interfaces = profile?.networkProfile?.networkInterfaceConfigurations ?? [];
  const references = interfaces.flatMap(({ networkSecurityGroup, ipConfigurations = [] }) => [
    networkSecurityGroup?.id,
    ...ipConfigurations.flatMap(({ subnet, loadBalancerBackendAddressPools: pools = [] }) => [
      subnet?.id,
      ...pools.map((pool) => pool.id),
    ]),
  ]);
  return missingReference(store, id, references);
}
