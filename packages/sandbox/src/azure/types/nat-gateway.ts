import { AzureError } from "../azure-error";
import { missingReference } from "../references";
import { defineType, type InputRule, type Reference } from "../resource-type";
import { ZONES_ARE_FIXED } from "./public-ip-address";

interface NatGatewayInputs {
  sku?: { name?: string };
  idleTimeoutInMinutes?: number;
  publicIpAddresses?: Reference[];
  publicIpPrefixes?: Reference[];
  zones?: string[];
}

const idleTimeout: InputRule<NatGatewayInputs> = {
  reads: ["idleTimeoutInMinutes"],
  check: ({ idleTimeoutInMinutes: minutes }) =>
    minutes === undefined || (minutes >= 4 && minutes <= 120)
      ? []
      : [
          {
            path: "idleTimeoutInMinutes",
            code: "InvalidParameter",
            message: `The idle timeout of a NAT gateway is 4 to 120 minutes, not ${minutes}.`,
          },
        ],
};

/** Standard lives in one zone at most; StandardV2 is zone-redundant by itself. */
const zones: InputRule<NatGatewayInputs> = {
  reads: ["sku.name", "zones"],
  check: ({ sku, zones: given = [] }) =>
    sku?.name === "Standard" && given.length > 1
      ? [
          {
            path: "zones",
            code: "ResourceCannotHaveMultipleZonesSpecified",
            message: `A Standard NAT gateway has ${given.length} zones specified. Only one zone can be specified for this resource; StandardV2 is zone-redundant.`,
          },
        ]
      : [],
};

export const natGateway = defineType<NatGatewayInputs>({
  token: "azure-native:network:NatGateway",
  armType: "Microsoft.Network/natGateways",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/natGateways/{natGatewayName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  extraEnumValues: { "network.NatGatewaySkuArgs.name": ["StandardV2"] },
  rules: [idleTimeout, zones],
  immutables: [
    { path: "zones", ...ZONES_ARE_FIXED },
    {
      path: "sku.name",
      code: "InvalidParameter",
      message: "The SKU of a NAT gateway cannot be changed once it is created.",
    },
  ],
  refusePlacement({ id, inputs, store }) {
    const { sku, publicIpAddresses = [], publicIpPrefixes = [] } = inputs as NatGatewayInputs;
    const missing = missingReference(
      store,
      id,
      publicIpAddresses.map((address) => address.id),
    );
    if (missing || publicIpPrefixes.length > 0) return missing;
    const wanted = sku?.name ?? "Standard";
    for (const { id: addressId } of publicIpAddresses) {
      const used = (store.get(addressId!)!.inputs["sku"] as { name?: string } | undefined)?.name ?? "Basic";
      if (used === wanted) continue;
      return new AzureError(
        "InvalidParameter",
        `NAT gateway ${id} has the SKU ${wanted} and can't use public IP address ${addressId} with the SKU ${used}: both must be ${wanted}.`,
      );
    }
    return undefined;
  },
  refuseDeletion: (gateway, users) =>
    new AzureError(
      "CannotDeleteNatGatewayAssociatedToSubnet",
      `NAT Gateway ${gateway.id} is still configured on ${users.length} subnets. Remove NAT Gateway from all referenced subnets and then delete NAT Gateway. (${users.map((user) => user.id).join(", ")})`,
    ),
});
