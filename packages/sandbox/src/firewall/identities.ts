import { addressText, parseAddress, parseCidr } from "@windows-ha/spec";

/*
 * Who a flow on loopback stands for. On one computer every client has a loopback address, so the firewall needs to be
 * told which address the client would have in Azure. These are allowed differences (machines/allowed-differences.ts).
 */

/** A local client of a public front end: an address of the Internet, from TEST-NET-3 (RFC 5737). */
export const INTERNET_CLIENT = "203.0.113.10";

/** A local client of an internal front end whose subnet isn't known. */
const UNPLACED_CLIENT = "10.255.255.254";

/** Azure keeps the first four addresses and the last one of every subnet for itself. */
const RESERVED_AT_START = 4;

/** A local client of an internal front end: the last usable address of the subnet, as a machine beside the balancer. */
export function clientInSubnet(subnetPrefix: string | undefined): string {
  const range = subnetPrefix === undefined ? undefined : parseCidr(subnetPrefix);
  return range ? addressText(Math.max(range.first, range.last - 1)) : UNPLACED_CLIENT;
}

/** The private address that a machine would have in its subnet: only its being in the subnet carries meaning. */
export function machineInSubnet(subnetPrefix: string | undefined, loopbackAddress: string): string {
  const range = subnetPrefix === undefined ? undefined : parseCidr(subnetPrefix);
  if (!range) return UNPLACED_CLIENT;
  const usable = Math.max(1, range.last - range.first - RESERVED_AT_START - 1);
  const offset = (parseAddress(loopbackAddress) ?? 0) % usable;
  return addressText(Math.min(range.last, range.first + RESERVED_AT_START + offset));
}
