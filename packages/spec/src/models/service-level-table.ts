export interface ServiceLevelRow {
  percent: number;
  /** Whether the number was read in Microsoft's documentation; else it is general knowledge. */
  verified: boolean;
  source: string;
}

/** When the figures below were read. Microsoft revises its agreement: check the current one before you sign anything. */
export const SERVICE_LEVELS_AS_OF = "2026-08-21";

const row = (percent: number, source: string): ServiceLevelRow => ({ percent, verified: true, source });
const unverified = (percent: number): ServiceLevelRow => ({ percent, verified: false, source: "general knowledge" });

/** Monthly availability that Microsoft promises a refund for. */
export const SERVICE_LEVELS = {
  "machines over two zones or more": row(99.99, "Azure compute documentation, orchestration modes"),
  "machines over fault domains": row(99.95, "Azure compute documentation, orchestration modes"),
  "single machine, Premium disks": row(99.9, "Azure compute documentation, single instance"),
  "single machine, Standard SSD": unverified(99.5),
  "single machine, Standard HDD": row(95, "Azure compute documentation, single instance"),
  "Standard load balancer": row(99.99, "Azure load balancer documentation, SKUs"),
  "AKS API server, Standard tier over zones": row(99.95, "AKS documentation, pricing tiers"),
  "AKS API server, Standard tier": row(99.9, "AKS documentation, pricing tiers"),
  "Azure DNS": row(100, "Azure DNS documentation"),
  "Traffic Manager": unverified(99.99),
  "Front Door": unverified(99.99),
  "NAT gateway": unverified(99.99),
  "Key Vault": unverified(99.99),
  "Application Gateway v2": unverified(99.95),
  Bastion: unverified(99.95),
} as const satisfies Record<string, ServiceLevelRow>;

export type ServiceLevelName = keyof typeof SERVICE_LEVELS;
