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

function parseAddress(text: string): number | undefined {
  const bytes = text.split(".");
  if (bytes.length !== 4 || !bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255))
    return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + Number(byte), 0);
}
