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
  Standard_D2as_v5: size(2, 0.086),
  Standard_D4as_v5: size(4, 0.172),
  Standard_D8as_v5: size(8, 0.344),
  Standard_E2s_v5: size(2, 0.126),
  Standard_E4s_v5: size(4, 0.252),
  Standard_E8s_v5: size(8, 0.504),
  Standard_F2s_v2: size(2, 0.0846),
  Standard_F4s_v2: size(4, 0.169),
};

/** What Windows adds per virtual processor, unless the licence is one's own. */
export const WINDOWS_PRICE_PER_VCPU = hourly(0.046);

/** System disks of 65 to 128 GiB: P10 and E10. A Windows image's own has 127. */
export const OS_DISK_PRICES: Readonly<Record<string, number>> = {
  Premium_LRS: 19.71,
  Premium_ZRS: 29.57,
  StandardSSD_LRS: 9.6,
  StandardSSD_ZRS: 14.4,
};
export const OS_DISK_PRICED_GB = { least: 65, most: 128, image: 127 } as const;

/** A Standard load balancer without traffic; up to five rules are in its price. */
export const LOAD_BALANCER_PRICE = hourly(0.025);
export const INCLUDED_RULES = 5;
export const FURTHER_RULE_PRICE = hourly(0.01);
/** Without traffic. */
export const NAT_GATEWAY_PRICE = hourly(0.045);
/** A static Standard address. */
export const PUBLIC_IP_PRICE = hourly(0.005);
