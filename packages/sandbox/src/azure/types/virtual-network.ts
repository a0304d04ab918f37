import { isCanonicalCidr, parseCidr, type Cidr } from "@windows-ha/spec";
import { AzureError } from "../azure-error";
import { holdsId } from "../arm-id";
import { missingReference } from "../references";
import { defineType, type InputRule, type Reference, type RuleFinding } from "../resource-type";
import type { ResourceStore } from "../resource-store";

export interface SubnetInputs {
  name?: string;
  addressPrefix?: string;
  addressPrefixes?: string[];
  networkSecurityGroup?: Reference;
  natGateway?: Reference;
  serviceEndpoints?: { service?: string }[];
}
interface VirtualNetworkInputs {
  addressSpace?: { addressPrefixes?: string[] };
  subnets?: SubnetInputs[];
}

export interface PlacedSubnet {
  name: string;
  prefixes: string[];
  /** Names of the Azure services that know the subnet's machines by it. */
  serviceEndpoints?: string[];
}

export function subnetPrefixes(subnet: SubnetInputs): string[] {
  return subnet.addressPrefixes ?? (subnet.addressPrefix === undefined ? [] : [subnet.addressPrefix]);
}

/** The refusal of a subnet that lies outside of its network or over another subnet. */
export function refuseSubnet(space: string[], subnet: PlacedSubnet, others: PlacedSubnet[]): AzureError | undefined {
  const outer = space.flatMap((prefix) => parseCidr(prefix) ?? []);
  for (const prefix of subnet.prefixes) {
    const range = parseCidr(prefix);
    if (!range) continue; // IPv6
    if (!outer.some((candidate) => candidate.first <= range.first && range.last <= candidate.last)) {
      return new AzureError(
        "NetcfgSubnetRangeOutsideVnet",
        `Subnet '${subnet.name}' is not valid because its IP address range ${prefix} is outside the IP address range of the virtual network (${space.join(", ")}).`,
      );
    }
    const clash = others.find((other) => other.prefixes.some((taken) => overlaps(parseCidr(taken), range)));
    if (clash) {
      return new AzureError(
        "NetcfgSubnetRangesOverlap",
        `Subnet '${subnet.name}' is not valid because its IP address range ${prefix} overlaps with that of an existing subnet '${clash.name}' (${clash.prefixes.join(", ")}).`,
      );
    }
  }
  return undefined;
}

function overlaps(left: Cidr | undefined, right: Cidr): boolean {
  return left !== undefined && left.first <= right.last && right.first <= left.last;
}

/** The subnets of a network: those of its own declaration, and those that are resources. */
export function subnetsOf(store: ResourceStore, networkId: string): (PlacedSubnet & { id: string })[] {
  const inline = (store.get(networkId)?.inputs as VirtualNetworkInputs | undefined)?.subnets ?? [];
  const separate = store.list("azure-native:network:Subnet").filter((subnet) => holdsId(networkId, subnet.id));
  return [
    ...inline.map((subnet) => ({
      id: `${networkId}/subnets/${subnet.name}`,
      name: subnet.name ?? "",
      prefixes: subnetPrefixes(subnet),
      serviceEndpoints: serviceEndpoints(subnet),
    })),
    ...separate.map(({ id, name, inputs }) => ({
      id,
      name,
      prefixes: subnetPrefixes(inputs),
      serviceEndpoints: serviceEndpoints(inputs),
    })),
  ];
}

function serviceEndpoints({ serviceEndpoints: endpoints = [] }: SubnetInputs): string[] {
  return endpoints.flatMap(({ service }) => service ?? []);
}

export function badPrefixes(prefixes: readonly string[], path: string): RuleFinding[] {
  return prefixes
    .filter((prefix) => !prefix.includes(":") && !isCanonicalCidr(prefix))
    .map((prefix) => ({
      path,
      code: "InvalidCIDRNotation",
      message: `The address prefix ${prefix} has an invalid CIDR notation. Write the first address of the range and its length, for example 10.20.0.0/22.`,
    }));
}

const addressSpace: InputRule<VirtualNetworkInputs> = {
  reads: ["addressSpace.addressPrefixes"],
  check: ({ addressSpace: space }) => {
    if (!space?.addressPrefixes?.length) {
      const message = "A virtual network needs at least one address prefix.";
      return [{ path: "addressSpace.addressPrefixes", code: "InvalidRequestFormat", message }];
    }
    return badPrefixes(space.addressPrefixes, "addressSpace.addressPrefixes");
  },
};

const inlineSubnets: InputRule<VirtualNetworkInputs> = {
  reads: ["addressSpace.addressPrefixes", "subnets[].name", "subnets[].addressPrefix", "subnets[].addressPrefixes"],
  check: ({ addressSpace: space, subnets = [] }) => {
    const placed = subnets.map((subnet) => ({ name: subnet.name ?? "", prefixes: subnetPrefixes(subnet) }));
    return placed.flatMap((subnet, index) => {
      const refusal = refuseSubnet(space?.addressPrefixes ?? [], subnet, placed.slice(0, index));
      return refusal ? [{ path: `subnets[${index}]`, code: refusal.code, message: refusal.message }] : [];
    });
  },
};

export const virtualNetwork = defineType<VirtualNetworkInputs>({
  token: "azure-native:network:VirtualNetwork",
  armType: "Microsoft.Network/virtualNetworks",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location"],
  subResources: ["subnets"],
  rules: [addressSpace, inlineSubnets],
  refusePlacement({ id, inputs, store }) {
    const { addressSpace: space, subnets = [] } = inputs as VirtualNetworkInputs;
    const outside = subnetsOf(store, id)
      .map((subnet) => refuseSubnet(space?.addressPrefixes ?? [], subnet, []))
      .find((refusal) => refusal !== undefined);
    const references = subnets.flatMap((subnet) => [subnet.networkSecurityGroup?.id, subnet.natGateway?.id]);
    return outside ?? missingReference(store, id, references);
  },
  refuseDeletion: (network, [user]) =>
    new AzureError(
      "InUseSubnetCannotBeDeleted",
      `A subnet of ${network.name} is in use by ${user!.id} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
    ),
});
