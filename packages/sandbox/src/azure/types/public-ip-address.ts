import { AzureError } from "../azure-error";
import { defineType, type InputRule } from "../resource-type";

interface PublicIpAddressInputs {
  sku?: { name?: string };
  publicIPAllocationMethod?: string;
  idleTimeoutInMinutes?: number;
  zones?: string[];
}

export const ZONES_ARE_FIXED = {
  code: "ResourceAvailabilityZonesCannotBeModified",
  message: "Zones cannot be added/updated/removed once the resource is created.",
};

const standardIsStatic: InputRule<PublicIpAddressInputs> = {
  reads: ["sku.name", "publicIPAllocationMethod"],
  check: ({ sku, publicIPAllocationMethod: method = "Dynamic" }) => {
    if (!sku?.name?.startsWith("Standard") || method === "Static") return [];
    const message = `Standard sku public IP addresses must be Static; publicIPAllocationMethod is ${method}.`;
    return [{ path: "publicIPAllocationMethod", code: "StandardSkuPublicIPAddressesMustBeStatic", message }];
  },
};

/** The Basic SKU was retired on 30 September 2025. */
const noBasicSku: InputRule<PublicIpAddressInputs> = {
  reads: ["sku.name"],
  check: ({ sku }) =>
    (sku?.name ?? "Basic") === "Basic"
      ? [
          {
            path: "sku.name",
            code: "IPv4BasicSkuPublicIpCountLimitReached",
            message: 'Basic SKU public IP addresses can no longer be created; use sku {name: "Standard"}.',
          },
        ]
      : [],
};

const idleTimeout: InputRule<PublicIpAddressInputs> = {
  reads: ["idleTimeoutInMinutes"],
  check: ({ idleTimeoutInMinutes: minutes }) =>
    minutes === undefined || (minutes >= 4 && minutes <= 30)
      ? []
      : [
          {
            path: "idleTimeoutInMinutes",
            code: "InvalidParameter",
            message: `The idle timeout of a public IP address is 4 to 30 minutes, not ${minutes}.`,
          },
        ],
};

export const publicIpAddress = defineType<PublicIpAddressInputs>({
  token: "azure-native:network:PublicIPAddress",
  armType: "Microsoft.Network/publicIPAddresses",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location", "sku", "publicIPAddressVersion", "publicIPPrefix"],
  extraEnumValues: { "network.PublicIPAddressSkuArgs.name": ["StandardV2"] },
  rules: [noBasicSku, standardIsStatic, idleTimeout],
  immutables: [{ path: "zones", ...ZONES_ARE_FIXED }],
  compute: ({ id }, _, dataPlane) => ({ ipAddress: dataPlane.allocateAddress(id) }),
  addressOwners: ({ id }) => [id],
  refuseDeletion: (address, users) =>
    new AzureError(
      "PublicIPAddressCannotBeDeleted",
      `Public IP address ${address.id} can not be deleted since it is still allocated to resource ${users.map((user) => user.id).join(", ")}. In order to delete the public IP, disassociate/detach the Public IP address from the resource.`,
    ),
});
