import type { PlaneState } from "./plane-state";

/** Addresses 127.<block>.1.1 to 127.<block>.254.254; 127.<block>.0.x is the sandbox's own, and .0 and .255 stay unused. */
const FIRST = 1;
const LAST = 254;

/** Gives loopback addresses to owners, the lowest free one first, and remembers them. */
export class AddressBook {
  constructor(private readonly state: PlaneState) {}

  allocate(owner: string): string {
    const known = this.state.addresses[owner];
    if (known !== undefined) return known;
    const address = this.#lowestFree();
    this.state.addresses[owner] = address;
    this.state.save();
    return address;
  }

  release(owner: string): void {
    if (!(owner in this.state.addresses)) return;
    delete this.state.addresses[owner];
    this.state.save();
  }

  #lowestFree(): string {
    const taken = new Set(Object.values(this.state.addresses));
    for (let third = FIRST; third <= LAST; third++) {
      for (let fourth = FIRST; fourth <= LAST; fourth++) {
        const address = `127.${this.state.block}.${third}.${fourth}`;
        if (!taken.has(address)) return address;
      }
    }
    throw new RangeError(
      `All ${taken.size} addresses 127.${this.state.block}.x.y of this sandbox are taken; destroy a stack to free some.`,
    );
  }
}
