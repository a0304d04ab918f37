/** An IPv4 range. */
export interface Cidr {
  /** First address, as an unsigned 32-bit number. */
  first: number;
  /** Last address. */
  last: number;
  prefixLength: number;
}

/** The range that `text` ("10.20.0.0/22", or a single address) names, or `undefined` when it names none. */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText, lengthText = "32", ...rest] = text.split("/");
  const address = parseAddress(addressText!);
  const prefixLength = /^(0|[1-9]\d?)$/.test(lengthText) ? Number(lengthText) : NaN;
  if (address === undefined || !(prefixLength <= 32) || rest.length > 0) return undefined;
  const size = 2 ** (32 - prefixLength);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, prefixLength };
}

/** Whether a text names a range by its first address, as Azure requires ("10.20.0.0/22", not "10.20.0.1/22"). */
export function isCanonicalCidr(text: string): boolean {
  const range = parseCidr(text);
  return range !== undefined && text.includes("/") && parseAddress(text.split("/")[0]!) === range.first;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Cidr, other: Cidr): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** RFC 1918: addresses that a service on the internet never sees. */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((range) => parseCidr(range)!);

/** Whether a range holds private addresses. */
export function isPrivateRange(candidate: Cidr): boolean {
  return PRIVATE_RANGES.some((range) => overlaps(range, candidate));
}

/** Whether an address lies in `a.b.c.d/n` or is `a.b.c.d`; anything else (service tags, IPv6) holds no IPv4 address. */
export function prefixHolds(prefix: string, address: string): boolean {
  const range = parseCidr(prefix);
  const number = parseAddress(address);
  return range !== undefined && number !== undefined && number >= range.first && number <= range.last;
}

/** The address that a number stands for. */
export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** An IPv4 address as an unsigned 32-bit number. */
export function parseAddress(text: string): number | undefined {
  const bytes = text.split(".");
  if (bytes.length !== 4 || !bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255))
    return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + Number(byte), 0);
}
