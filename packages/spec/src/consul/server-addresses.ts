import { addressText, contains, parseAddress, parseCidr } from "../cidr";
import type { Finding } from "../finding";
import { RESERVED_ADDRESSES, usableAddresses } from "../models/subnet-size";
import { checkRange } from "../range-finding";

/** Azure keeps the first four addresses of a subnet for itself, and the last one. */
const FIRST_FREE = RESERVED_ADDRESSES - 1;

interface Placed {
  count: number;
  subnetRange?: string;
  addresses?: readonly string[];
}

/** The first free addresses of the servers' subnet; none where the range isn't known, or is none. */
export function serverAddresses({ count, subnetRange }: Placed): string[] {
  const range = subnetRange === undefined ? undefined : parseCidr(subnetRange);
  if (!range) return [];
  return Array.from({ length: count }, (_, index) => addressText(range.first + FIRST_FREE + index));
}

/** Servers find each other by addresses that are known before they are: one each, free, and in their subnet. */
export function checkServerAddresses({ count, subnetRange, addresses }: Placed, prefix: string): Finding[] {
  if (subnetRange === undefined && !addresses?.length) {
    return [
      {
        rule: "consul-addresses",
        path: `${prefix}subnetRange`,
        seen: "missing, as is addresses",
        allowed: "the IPv4 range of the servers' subnet, or an address for each server",
        fix: `Give ${prefix}subnetRange, such as "10.20.4.0/27", or ${prefix}addresses.`,
      },
    ];
  }
  const wrong = subnetRange === undefined ? [] : checkRange(`${prefix}subnetRange`, subnetRange, "10.20.4.0/27");
  if (wrong.length > 0) return wrong;
  const range = subnetRange === undefined ? undefined : parseCidr(subnetRange)!;
  if (range && usableAddresses(range.prefixLength) < count) {
    return [
      {
        rule: "subnet-size",
        path: `${prefix}subnetRange`,
        seen: `${JSON.stringify(subnetRange)} (${usableAddresses(range.prefixLength)} usable addresses; Azure keeps ${RESERVED_ADDRESSES})`,
        allowed: `at least ${count} usable addresses, one for each server`,
        fix: `Give ${prefix}subnetRange a prefix of /28 or shorter.`,
      },
    ];
  }
  if (addresses === undefined) return [];
  const path = `${prefix}addresses`;
  const numbers = addresses.map(parseAddress);
  return [
    ...(addresses.length === count
      ? []
      : [
          {
            rule: "consul-addresses",
            path,
            seen: `${addresses.length} for ${count} servers`,
            allowed: "one address for each server",
            fix: `Give ${count} addresses, or leave ${path} out.`,
          },
        ]),
    ...addresses.flatMap((address, index): Finding[] => {
      const number = numbers[index];
      const isFree =
        number !== undefined &&
        (!range ||
          (contains(range, { first: number, last: number, prefixLength: 32 }) &&
            number >= range.first + FIRST_FREE &&
            number < range.last));
      if (isFree) return [];
      return [
        {
          rule: "consul-addresses",
          path: `${path}[${index}]`,
          seen: JSON.stringify(address),
          allowed: range
            ? `an address of ${subnetRange} other than its first four and its last, which Azure keeps`
            : "an IPv4 address",
          fix: "Take another address.",
        },
      ];
    }),
  ];
}
