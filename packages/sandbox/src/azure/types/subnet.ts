import { AzureError } from "../azure-error";
import { armName, parentId, sameId } from "../arm-id";
import { missingReference } from "../references";
import { defineType, type InputRule } from "../resource-type";
import { badPrefixes, refuseSubnet, subnetPrefixes, subnetsOf, type SubnetInputs } from "./virtual-network";

const onePrefix: InputRule<SubnetInputs> = {
  reads: ["addressPrefix", "addressPrefixes"],
  check: (subnet) => {
    const { addressPrefix, addressPrefixes } = subnet;
    if ((addressPrefix === undefined) === (addressPrefixes === undefined)) {
      const seen = addressPrefix === undefined ? "neither is given" : "both are given";
      const message = `A subnet needs one of addressPrefix and addressPrefixes; ${seen}.`;
      return [{ path: "addressPrefix", code: "InvalidRequestFormat", message }];
    }
    return badPrefixes(subnetPrefixes(subnet), addressPrefix === undefined ? "addressPrefixes" : "addressPrefix");
  },
};

/** Azure keeps five addresses of each subnet, so a /29 is the smallest. */
const smallestSubnet: InputRule<SubnetInputs> = {
  reads: ["addressPrefix", "addressPrefixes"],
  check: (subnet) =>
    subnetPrefixes(subnet)
      .filter((prefix) => Number(prefix.split("/")[1]) > 29 && !prefix.includes(":"))
      .map((prefix) => ({
        path: "addressPrefix",
        code: "NetcfgInvalidSubnet",
        message: `The subnet's range ${prefix} is too small: Azure keeps five addresses of it, so a /29 is the smallest.`,
      })),
};

export const subnet = defineType<SubnetInputs>({
  token: "azure-native:network:Subnet",
  armType: "Microsoft.Network/virtualNetworks/subnets",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  rules: [onePrefix, smallestSubnet],
  refusePlacement({ id, inputs, store }) {
    const { networkSecurityGroup, natGateway, ...own } = inputs as SubnetInputs;
    const networkId = parentId(id)!;
    const space = store.get(networkId)?.inputs["addressSpace"] as { addressPrefixes?: string[] } | undefined;
    const others = subnetsOf(store, networkId).filter((other) => !sameId(other.id, id));
    return (
      refuseSubnet(space?.addressPrefixes ?? [], { name: armName(id), prefixes: subnetPrefixes(own) }, others) ??
      missingReference(store, id, [networkSecurityGroup?.id, natGateway?.id])
    );
  },
  refuseDeletion: (resource, users) =>
    new AzureError(
      "InUseSubnetCannotBeDeleted",
      `Subnet ${resource.name} is in use by ${users.map((user) => user.id).join(" and ")} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
    ),
});
