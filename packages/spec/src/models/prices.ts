/**
 * List prices, pay as you go, East US, USD a month of 730 hours. They are for an order of magnitude only: written down
 * from public price lists and not checked against Azure's price service; other regions differ by tens of percent, and
 * reservations and agreements lower them.
 */
export const PRICES_AS_OF = "2025-06";

const HOURS_PER_MONTH = 730;
const hourly = (usd: number): number => usd * HOURS_PER_MONTH;

export interface MachinePrice {
  vcpus: number;
  usdPerMonth: number;
}

const size = (vcpus: number, usdPerHour: number): MachinePrice => ({ vcpus, usdPerMonth: hourly(usdPerHour) });

/** Machines without the Windows licence. */
export const MACHINE_PRICES: Readonly<Record<string, MachinePrice>> = {
  Standard_D2s_v3: size(2, 0.096),
  Standard_D4s_v3: size(4, 0.192),
  Standard_D2s_v4: size(2, 0.096),
  Standard_D4s_v4: size(4, 0.192),
  Standard_D2s_v5: size(2, 0.096),
  Standard_D4s_v5: size(4, 0.192),
  Standard_D8s_v5: size(8, 0.384),
  Standard_D16s_v5: size(16, 0.768),
  Standard_D2ds_v5: size(2, 0.113),
  Standard_D4ds_v5: size(4, 0.226),
  Standard_D8ds_v5: size(8, 0.452),
  Standard_D16ds_v5: size(16, 0.904),
  Standard_D2as_v5: size(2, 0.086),
  Standard_D4as_v5: size(4, 0.172),
  Standard_D8as_v5: size(8, 0.344),
  Standard_D4ads_v5: size(4, 0.206),
  Standard_D8ads_v5: size(8, 0.412),
  Standard_E2s_v5: size(2, 0.126),
  Standard_E4s_v5: size(4, 0.252),
  Standard_E8s_v5: size(8, 0.504),
  Standard_E4ds_v5: size(4, 0.288),
  Standard_E8ds_v5: size(8, 0.576),
  Standard_F2s_v2: size(2, 0.0846),
  Standard_F4s_v2: size(4, 0.169),
};

/** What Windows adds per virtual processor, unless the licence is one's own. */
export const WINDOWS_PRICE_PER_VCPU = hourly(0.046);

/** A Windows image's own system disk. */
export const IMAGE_DISK_GB = 127;
/** An Ubuntu image's. */
export const LINUX_DISK_GB = 30;

/** Azure's steps of disk sizes: a disk costs what the next step that holds it costs. */
const DISK_STEPS_GB = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_767] as const;

/** P1 to P80. */
const PREMIUM = [0.66, 1.32, 2.64, 5.28, 10.21, 19.71, 38.02, 73.22, 135.17, 259.05, 495.57, 946.08, 1802.06, 3604.11];
/** E1 to E80. */
const STANDARD_SSD = [0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2, 38.4, 76.8, 153.6, 307.2, 614.4, 1228.8, 2457.6];
/** Copies over all zones cost half as much again. */
const ZONE_REDUNDANT = 1.5;

/** Prices by the steps above. */
export const DISK_PRICES: Readonly<Record<string, readonly number[]>> = {
  Premium_LRS: PREMIUM,
  Premium_ZRS: PREMIUM.map((price) => price * ZONE_REDUNDANT),
  StandardSSD_LRS: STANDARD_SSD,
  StandardSSD_ZRS: STANDARD_SSD.map((price) => price * ZONE_REDUNDANT),
};

/** USD a month for a disk, without what a Standard SSD costs by its use; undefined where the table doesn't have it. */
export function diskPrice(type: string, sizeGb: number): number | undefined {
  if (!Object.hasOwn(DISK_PRICES, type)) return undefined;
  return DISK_PRICES[type]![DISK_STEPS_GB.findIndex((step) => sizeGb <= step)];
}

/** A Standard load balancer without traffic; up to five rules are in its price. */
export const LOAD_BALANCER_PRICE = hourly(0.025);
export const INCLUDED_RULES = 5;
export const FURTHER_RULE_PRICE = hourly(0.01);
/** Without traffic. */
export const NAT_GATEWAY_PRICE = hourly(0.045);
/** A static Standard address. */
export const PUBLIC_IP_PRICE = hourly(0.005);
/** Without traffic. */
export const PRIVATE_ENDPOINT_PRICE = hourly(0.01);
/** The API server of a cluster of the Standard tier. */
export const AKS_STANDARD_PRICE = hourly(0.1);
