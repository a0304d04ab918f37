import { parseAddress, prefixHolds } from "@windows-ha/spec";
import { NetworkView } from "../../firewall/network-view";
import { parentId, sameId } from "../arm-id";
import { AzureError } from "../azure-error";
import type { Placement, Reference } from "../resource-type";

/** The part of an interface that says which addresses it has. */
interface Addressed {
  ipConfigurations?: { privateIPAllocationMethod?: string; privateIPAddress?: string; subnet?: Reference }[];
}

const NETWORK_INTERFACE = "azure-native:network:NetworkInterface";
/** Azure's own in every subnet: the first four, and the last. */
const RESERVED_AT_START = 4;

/**
 * Whose loopback address stands for an interface's address. A static one has it by itself: other machines may be told
 * about it before the interface exists, and after it was replaced.
 */
export function addressOwner(id: string, inputs: object): string {
  const [first] = staticAddresses(inputs);
  return first ? staticAddressOwner(first.subnet, first.address) : id;
}

/** The same for an address in the network of a subnet. */
export function staticAddressOwner(subnetId: string, address: string): string {
  return `${parentId(subnetId)!.toLowerCase()}/addresses/${address}`;
}

/** A static address belongs to one interface of its network, and to its subnet. */
export function refuseStaticAddress({ id, inputs, store }: Placement): AzureError | undefined {
  for (const { subnet, address } of staticAddresses(inputs)) {
    const prefix = new NetworkView(store).subnet(subnet).prefix;
    if (prefix !== undefined && !prefixHolds(prefix, address)) {
      return new AzureError(
        "PrivateIPAddressNotInSubnet",
        `Private static IP address ${address} does not belong to the range of subnet prefix ${prefix}.`,
      );
    }
    if (prefix !== undefined && isReserved(prefix, address)) {
      return new AzureError(
        "PrivateIPAddressInReservedRange",
        `Private static IP address ${address} falls within reserved IP range of subnet prefix ${prefix}.`,
      );
    }
    const owner = staticAddressOwner(subnet, address);
    const other = store
      .list(NETWORK_INTERFACE)
      .find((nic) => !sameId(nic.id, id) && addressOwner(nic.id, nic.inputs) === owner);
    if (other) {
      return new AzureError(
        "PrivateIPAddressIsAllocated",
        `IP configuration ${id} is using the private IP address ${address} which is already allocated to resource ${other.id}.`,
      );
    }
  }
  return undefined;
}

function staticAddresses({ ipConfigurations = [] }: Addressed): { subnet: string; address: string }[] {
  return ipConfigurations.flatMap(({ privateIPAllocationMethod: method, privateIPAddress: address, subnet }) =>
    method === "Static" && address !== undefined && subnet?.id ? [{ subnet: subnet.id, address }] : [],
  );
}

function isReserved(prefix: string, address: string): boolean {
  const number = parseAddress(address)!;
  const [first = "", length = "32"] = prefix.split("/");
  const start = parseAddress(first)!;
  return number < start + RESERVED_AT_START || number === start + 2 ** (32 - Number(length)) - 1;
}
