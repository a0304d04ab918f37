import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";

interface AvailabilitySetInputs {
  sku?: { name?: string };
  platformFaultDomainCount?: number;
  platformUpdateDomainCount?: number;
}

const RANGES = [
  { property: "platformFaultDomainCount", most: 3 },
  { property: "platformUpdateDomainCount", most: 20 },
] as const;

export const availabilitySet = defineType<AvailabilitySetInputs>({
  token: "azure-native:compute:AvailabilitySet",
  armType: "Microsoft.Compute/availabilitySets",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/availabilitySets/{availabilitySetName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  rules: [
    ...RANGES.map(({ property, most }) =>
      single<AvailabilitySetInputs>([property], property, "InvalidParameter", ({ [property]: count }) =>
        count !== undefined && (count < 1 || count > most)
          ? `The specified ${property} ${count} must fall in the range 1 to ${most}.`
          : undefined,
      ),
    ),
    single<AvailabilitySetInputs>(["sku.name"], "sku.name", "InvalidParameter", ({ sku }) =>
      sku?.name === "Aligned"
        ? undefined
        : `Machines with managed disks need an availability set with sku {name: "Aligned"}, not ${sku?.name ?? "Classic"}.`,
    ),
  ],
  immutables: RANGES.map(({ property }) => ({
    path: property,
    code: "PropertyChangeNotAllowed",
    message: `Changing property '${property}' is not allowed.`,
  })),
  refuseDeletion: ({ name }) =>
    new AzureError(
      "OperationNotAllowed",
      `Availability Set '${name}' cannot be deleted. Before deleting an Availability Set please ensure that it does not contain any VM.`,
    ),
});
