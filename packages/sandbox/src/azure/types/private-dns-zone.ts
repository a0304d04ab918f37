import { holdsId, parentId, sameId } from "../arm-id";
import { AzureError } from "../azure-error";
import { missingReference } from "../references";
import { defineType, type InputRule, type Reference } from "../resource-type";
import { fewTags, single } from "../rule-helpers";

interface ZoneInputs {
  privateZoneName: string;
  location?: string;
  tags?: Record<string, unknown>;
}
interface LinkInputs {
  location?: string;
  tags?: Record<string, unknown>;
  privateZoneName: string;
  virtualNetwork?: Reference;
}

const LINK_TOKEN = "azure-native:privatedns:VirtualNetworkLink";

/** azure-native fills in the stack's location where none is given. */
const isGlobal: InputRule<{ location?: string }> = single(
  ["location"],
  "location",
  "LocationNotAvailableForResourceType",
  ({ location }) =>
    location?.toLowerCase() !== "global" &&
    `The provided location '${location}' is not available for this resource type: it has no region, so give "global".`,
);

const tagLimit = fewTags(
  "BadRequest",
  "The resource tags are invalid. A maximum of 15 tags are allowed with keys no longer than 512 and values no longer than 256 characters.",
);

const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

export const privateDnsZone = defineType<ZoneInputs>({
  token: "azure-native:privatedns:PrivateZone",
  armType: "Microsoft.Network/privateDnsZones",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/privateDnsZones/{privateZoneName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  rules: [
    isGlobal,
    tagLimit,
    single<ZoneInputs>(
      ["privateZoneName"],
      "privateZoneName",
      "BadRequest",
      ({ privateZoneName: name }) =>
        (!name.includes(".") || !name.split(".").every((label) => LABEL.test(label))) &&
        `The zone name '${name}' is not valid: 2 to 34 labels of letters, digits, hyphens and underscores.`,
    ),
  ],
  refuseRemoval: ({ id }, store) =>
    store.list(LINK_TOKEN).some((link) => holdsId(id, link.id))
      ? new AzureError("CannotDeleteResource", "Can not delete resource before nested resources are deleted.")
      : undefined,
});

export const privateDnsLink = defineType<LinkInputs>({
  token: LINK_TOKEN,
  armType: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
  autoName: "copy",
  location: "inherited",
  replaceOn: [],
  rules: [isGlobal, tagLimit],
  immutables: [
    {
      path: "virtualNetwork.id",
      code: "BadRequest",
      message: "The virtual network of a link can't be changed.",
    },
  ],
  refusePlacement({ id, inputs, store }) {
    const { privateZoneName, virtualNetwork } = inputs as unknown as LinkInputs;
    const missing = missingReference(store, id, [virtualNetwork?.id]);
    if (missing) return missing;
    const other = store.list(LINK_TOKEN).find((link) => {
      const linked = link.inputs as unknown as LinkInputs;
      return (
        !sameId(link.id, id) &&
        sameId(linked.virtualNetwork?.id ?? "", virtualNetwork?.id ?? "") &&
        sameId(linked.privateZoneName, privateZoneName) &&
        !sameId(parentId(link.id)!, parentId(id)!)
      );
    });
    if (!other) return undefined;
    return new AzureError(
      "BadRequest",
      `A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual network with '${privateZoneName}' and '${privateZoneName}' zones. (${other.id})`,
    );
  },
});
