import {
  FURTHER_RULE_PRICE,
  INCLUDED_RULES,
  LOAD_BALANCER_PRICE,
  MACHINE_PRICES,
  NAT_GATEWAY_PRICE,
  OS_DISK_PRICED_GB,
  OS_DISK_PRICES,
  PRICES_AS_OF,
  PUBLIC_IP_PRICE,
  WINDOWS_PRICE_PER_VCPU,
} from "./prices";

export interface CostInput {
  machines: number;
  /** Azure VM size. */
  size: string;
  /** Whether Windows is licensed already, so that Azure doesn't charge for it. */
  hybridBenefit?: boolean;
  osDiskType: string;
  /** Left out: as large as the image's. */
  osDiskSizeGb?: number;
  loadBalancers: number;
  /** Rules of all front ends of one balancer. */
  balancingRules: number;
  natGateways: number;
  publicIps: number;
}

export interface CostItem {
  item: string;
  quantity: number;
  /** USD a month for all of them, to two significant digits. Missing when the price isn't known. */
  usdPerMonth?: number;
}

/** An order of magnitude: no traffic, no storage but system disks, no reservations, prices of one region. */
export interface CostEstimate {
  /** USD a month, to two significant digits. Missing when the price of a part isn't known. */
  usdPerMonth?: number;
  items: CostItem[];
  /** Parts whose price the table doesn't have. */
  unknown: string[];
  /** Month of the price table. */
  pricesAsOf: string;
}

type Part = readonly [item: string, quantity: number, usdPerMonth: number | undefined];

/** What the parts cost by the bundled price table. A price that isn't in it stays unknown: nothing is guessed. */
export function costEstimate(input: CostInput): CostEstimate {
  const furtherRules = input.loadBalancers * Math.max(0, input.balancingRules - INCLUDED_RULES);
  const parts: readonly Part[] = [
    machine(input),
    systemDisk(input),
    ["load balancer", input.loadBalancers, LOAD_BALANCER_PRICE],
    [`load-balancing rule beyond ${INCLUDED_RULES}`, furtherRules, FURTHER_RULE_PRICE],
    ["NAT gateway", input.natGateways, NAT_GATEWAY_PRICE],
    ["public address", input.publicIps, PUBLIC_IP_PRICE],
  ];
  const used = parts.filter(([, quantity]) => quantity > 0);
  const unknown = used.filter(([, , price]) => price === undefined).map(([item]) => item);
  const total = used.reduce((sum, [, quantity, price]) => sum + quantity * (price ?? 0), 0);
  return {
    ...(unknown.length === 0 ? { usdPerMonth: twoDigits(total) } : {}),
    items: used.map(([item, quantity, price]) => ({
      item,
      quantity,
      ...(price === undefined ? {} : { usdPerMonth: twoDigits(quantity * price) }),
    })),
    unknown,
    pricesAsOf: PRICES_AS_OF,
  };
}

function machine({ machines, size, hybridBenefit }: CostInput): Part {
  const price = priceOf(MACHINE_PRICES, size);
  const item = `machine ${size} ${hybridBenefit ? "without a Windows licence" : "with Windows"}`;
  const licence = hybridBenefit ? 0 : WINDOWS_PRICE_PER_VCPU;
  return [item, machines, price && price.usdPerMonth + price.vcpus * licence];
}

function systemDisk({ machines, osDiskType, osDiskSizeGb = OS_DISK_PRICED_GB.image }: CostInput): Part {
  const isPriced = osDiskSizeGb >= OS_DISK_PRICED_GB.least && osDiskSizeGb <= OS_DISK_PRICED_GB.most;
  const price = isPriced ? priceOf(OS_DISK_PRICES, osDiskType) : undefined;
  return [`system disk ${osDiskType} of ${osDiskSizeGb} GB`, machines, price];
}

function priceOf<Price>(prices: Readonly<Record<string, Price>>, name: string): Price | undefined {
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}

function twoDigits(usd: number): number {
  return Number(usd.toPrecision(2));
}
