export interface SubnetSizeInput {
  machines: number;
  /** Machines that exist beside the others while they replace them. */
  surge: number;
  /** Machines to come. */
  growth: number;
  /** Addresses of internal front ends. */
  frontEnds: number;
  /**
   * Private endpoints in the subnet. Most services take one address; a registry or a Cosmos DB account takes several.
   * @default 0
   */
  endpoints?: number;
}

export interface SubnetSize {
  /** Addresses that are needed, without Azure's own. */
  needed: number;
  /** Addresses that a subnet of this size has for them. */
  usable: number;
  /** The smallest subnet that is large enough. */
  prefixLength: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

/** Addresses that Azure keeps in every subnet. */
export const RESERVED_ADDRESSES = 5;
/** Azure's smallest subnet. */
const LONGEST_PREFIX = 29;

export function subnetSize({ machines, surge, growth, frontEnds, endpoints = 0 }: SubnetSizeInput): SubnetSize {
  const needed = machines + surge + growth + frontEnds + endpoints;
  const prefixLength = Math.min(LONGEST_PREFIX, 32 - Math.ceil(Math.log2(needed + RESERVED_ADDRESSES)));
  const addresses = 2 ** (32 - prefixLength);
  return {
    needed,
    usable: usableAddresses(prefixLength),
    prefixLength,
    formula:
      `machines ${machines} + beside them ${surge} + growth ${growth} + front ends ${frontEnds}` +
      ` + private endpoints ${endpoints} + Azure's own ${RESERVED_ADDRESSES} = ${needed + RESERVED_ADDRESSES}` +
      ` ≤ 2^(32 − ${prefixLength}) = ${addresses}`,
  };
}

/** Addresses that a subnet has for its owner. */
export function usableAddresses(prefixLength: number): number {
  return Math.max(0, 2 ** (32 - prefixLength) - RESERVED_ADDRESSES);
}
