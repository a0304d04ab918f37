import { parseCidr } from "@windows-ha/spec";

/** Whether an address lies in `a.b.c.d/n` or is `a.b.c.d`; anything else (service tags, IPv6) holds no IPv4 address. */
export function prefixHolds(prefix: string, address: string): boolean {
  const range = parseCidr(prefix);
  const number = addressNumber(address);
  return range !== undefined && number !== undefined && number >= range.first && number <= range.last;
}

export function addressNumber(address: string): number | undefined {
  return address.includes("/") ? undefined : parseCidr(address)?.first;
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
