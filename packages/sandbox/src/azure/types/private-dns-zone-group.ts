import { missingReference } from "../references";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";

interface ZoneGroupInputs {
  privateDnsZoneConfigs?: { name?: string; privateDnsZoneId?: string }[];
}

/** Azure's limit. */
const MOST_ZONES = 5;

export const privateDnsZoneGroup = defineType<ZoneGroupInputs>({
  token: "azure-native:network:PrivateDnsZoneGroup",
  armType: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  rules: [
    single<ZoneGroupInputs>(
      ["privateDnsZoneConfigs[].name"],
      "privateDnsZoneConfigs",
      "InvalidRequestFormat",
      ({ privateDnsZoneConfigs: zones = [] }) =>
        (zones.length === 0 || zones.length > MOST_ZONES) &&
        `A zone group has 1 to ${MOST_ZONES} zones, not ${zones.length}.`,
    ),
  ],
  refusePlacement({ id, inputs, store }) {
    const { privateDnsZoneConfigs: zones = [] } = inputs as ZoneGroupInputs;
    return missingReference(
      store,
      id,
      zones.map(({ privateDnsZoneId }) => privateDnsZoneId),
    );
  },
});
