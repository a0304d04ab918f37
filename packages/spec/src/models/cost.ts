import {
  diskPrice,
  FURTHER_RULE_PRICE,
  IMAGE_DISK_GB,
  INCLUDED_RULES,
  LINUX_DISK_GB,
  LOAD_BALANCER_PRICE,
  MACHINE_PRICES,
  NAT_GATEWAY_PRICE,
  PRICES_AS_OF,
  PRIVATE_ENDPOINT_PRICE,
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
  /** Disks that each machine has besides. @default none */
  dataDisks?: readonly { type: string; sizeGb: number }[];
  /** For each balancer, how many balancing and outbound rules it has. */
  balancerRules: readonly number[];
  natGateways: number;
  publicIps: number;
  /** @default 0 */
  privateEndpoints?: number;
  /** Machines with Linux that the cluster has besides. @default none */
  consulServers?: ConsulServersCost;
}

export interface ConsulServersCost {
  count: number;
  size: string;
  osDiskType: string;
  dataDiskType: string;
  dataDiskSizeGb: number;
}

export interface CostItem {
  item: string;
  quantity: number;
  /** USD a month for all of them, to two significant digits. Missing when the price isn't known. */
  usdPerMonth?: number;
}

/** An order of magnitude: no traffic, no storage but disks, no reservations, prices of one region. */
export interface CostEstimate {
  /** USD a month, to two significant digits. Missing when the price of a part isn't known. */
  usdPerMonth?: number;
  items: CostItem[];
  /** Parts whose price the table doesn't have. */
  unknown: string[];
  /** The sum, with the price of one of each part in it, before it is rounded. */
  formula: string;
  /** Month of the price table. */
  pricesAsOf: string;
}

/** A kind of part, how many of it, and what one costs; undefined where the table doesn't say it. */
export type Part = readonly [item: string, quantity: number, usdPerMonth: number | undefined];

/** What machines and what belongs to them cost. */
export function costEstimate(input: CostInput): CostEstimate {
  const furtherRules = input.balancerRules.map((rules) => Math.max(0, rules - INCLUDED_RULES));
  return estimateOf([
    machine(input),
    systemDisk(input),
    ...dataDisks(input),
    ["load balancer", input.balancerRules.length, LOAD_BALANCER_PRICE],
    [`load-balancing rule beyond ${INCLUDED_RULES}`, sum(furtherRules), FURTHER_RULE_PRICE],
    ["NAT gateway", input.natGateways, NAT_GATEWAY_PRICE],
    ["public address", input.publicIps, PUBLIC_IP_PRICE],
    ["private endpoint", input.privateEndpoints ?? 0, PRIVATE_ENDPOINT_PRICE],
    ...(input.consulServers ? consulServers(input.consulServers) : []),
  ]);
}

/** The sum by the bundled price table. A price that isn't in it stays unknown: nothing is guessed. */
export function estimateOf(parts: readonly Part[]): CostEstimate {
  const used = parts.filter(([, quantity]) => quantity > 0);
  const unknown = used.filter(([, , price]) => price === undefined).map(([item]) => item);
  const total = sum(used.map(([, quantity, price]) => quantity * (price ?? 0)));
  return {
    ...(unknown.length === 0 ? { usdPerMonth: twoDigits(total) } : {}),
    items: used.map(([item, quantity, price]) => ({
      item,
      quantity,
      ...(price === undefined ? {} : { usdPerMonth: twoDigits(quantity * price) }),
    })),
    unknown,
    formula: `${used.map(term).join(" + ")} = ${cents(total)}${unknown.length === 0 ? "" : " and what is unknown"}`,
    pricesAsOf: PRICES_AS_OF,
  };
}

function machine({ machines, size, hybridBenefit }: CostInput): Part {
  const item = `machine ${size} ${hybridBenefit ? "without a Windows licence" : "with Windows"}`;
  return [item, machines, windowsPrice(size, hybridBenefit)];
}

/** A month of a machine with Windows. */
export function windowsPrice(size: string, hybridBenefit = false): number | undefined {
  const price = priceOf(MACHINE_PRICES, size);
  return price && price.usdPerMonth + price.vcpus * (hybridBenefit ? 0 : WINDOWS_PRICE_PER_VCPU);
}

/** A month of a machine with Linux. */
export function linuxPrice(size: string): number | undefined {
  return priceOf(MACHINE_PRICES, size)?.usdPerMonth;
}

function systemDisk({ machines, osDiskType, osDiskSizeGb = IMAGE_DISK_GB }: CostInput): Part {
  return [`system disk ${osDiskType} of ${osDiskSizeGb} GB`, machines, diskPrice(osDiskType, osDiskSizeGb)];
}

/** Equal disks are one part. */
function dataDisks({ machines, dataDisks: disks = [] }: CostInput): Part[] {
  const items = disks.map(({ type, sizeGb }) => ({
    item: `data disk ${type} of ${sizeGb} GB`,
    price: diskPrice(type, sizeGb),
  }));
  return [...new Set(items.map(({ item }) => item))].map((name) => {
    const equal = items.filter(({ item }) => item === name);
    return [name, machines * equal.length, equal[0]!.price];
  });
}

/** Machines of Consul, with their disks. */
export function consulServers({ count, size, osDiskType, dataDiskType, dataDiskSizeGb }: ConsulServersCost): Part[] {
  return [
    [`Consul server ${size} with Linux`, count, linuxPrice(size)],
    [`Consul server's system disk ${osDiskType} of ${LINUX_DISK_GB} GB`, count, diskPrice(osDiskType, LINUX_DISK_GB)],
    [
      `Consul server's data disk ${dataDiskType} of ${dataDiskSizeGb} GB`,
      count,
      diskPrice(dataDiskType, dataDiskSizeGb),
    ],
  ];
}

function term([, quantity, price]: Part): string {
  return `${quantity} × ${price === undefined ? "?" : cents(price)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function cents(usd: number): number {
  return Number(usd.toFixed(2));
}

function priceOf<Price>(prices: Readonly<Record<string, Price>>, name: string): Price | undefined {
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}

function twoDigits(usd: number): number {
  return Number(usd.toPrecision(2));
}
