import { addressText, parseCidr, prefixHolds } from "@windows-ha/spec";

/** Azure's own in every subnet: the first four, and the last. */
const RESERVED_AT_START = 4;
/** For addresses that Azure gives to the Internet: TEST-NET-2 of RFC 5737, which leads nowhere. */
export const PUBLIC_RANGE = "198.51.100.0/24";

/** Who has which address of a cluster's subnets. */
export class SubnetAddresses {
  readonly #taken = new Map<string, string>();

  adopt(owner: string, address: string | undefined): void {
    if (address !== undefined) this.#taken.set(owner, address);
  }

  /** The owner's own in this range, or the lowest free one. */
  take(owner: string, range: string): string {
    const own = this.#taken.get(owner);
    if (own !== undefined && prefixHolds(range, own)) return own;
    const { first, last } = parseCidr(range)!;
    const taken = new Set(this.#taken.values());
    for (let number = first + RESERVED_AT_START; number < last; number++) {
      const address = addressText(number);
      if (taken.has(address)) continue;
      this.#taken.set(owner, address);
      return address;
    }
    throw new RangeError(`all addresses of ${range} are taken`);
  }

  release(owner: string): void {
    this.#taken.delete(owner);
  }
}
