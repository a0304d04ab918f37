/** What a cluster will do, before it exists: pure arithmetic over its arguments, so a preview knows it too. */
export interface ClusterPrediction {
  /** What clients notice of each fault. */
  switchover: SwitchoverPrediction[];
  /** What the providers' promises for the serving path come to. */
  sla: SlaPrediction;
  /** What the resources cost: an order of magnitude. */
  monthlyCost: CostPrediction;
  /** How long a new version takes to reach every machine. */
  rollingUpdate: RollingUpdatePrediction;
  /** How the machines go out. Missing with an existing network: nobody here knows its way out. */
  outbound?: OutboundPrediction;
  /** The smallest subnet that the machines and everything beside them fit in. */
  subnet: SubnetPrediction;
}

/** Connections that the machines can hold to one and the same destination: address, port and protocol. */
export interface OutboundPrediction {
  /** `natGateway` gives its ports to machines on demand, `loadBalancer` gave each machine its own. */
  way: string;
  /** Public addresses that flows leave by. */
  addresses: number;
  /** Ports of one machine, or with a NAT gateway of all machines together. */
  ports: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

/** Addresses of the machines' subnet. */
export interface SubnetPrediction {
  /** Addresses that are needed, without Azure's own. */
  needed: number;
  /** Addresses that a subnet of the prefix length has for them. */
  usable: number;
  /** The smallest subnet that is large enough. */
  prefixLength: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

/** What clients notice of one fault. */
export interface SwitchoverPrediction {
  /** The fault's id, for example `machine-off`. */
  fault: string;
  /** The fault in words. */
  title: string;
  /**
   * Seconds from the fault until the last connection that fails because of it has failed: the median over all moments
   * between two probes. Missing when nothing is left to switch to.
   */
  typicalSeconds?: number;
  /** The same for the worst moment. */
  worstSeconds?: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
  /** Whether the worst case stays within 30 seconds. */
  meetsMark: boolean;
  /** Where the rule behind the formula comes from. */
  source: string;
}

/** What the providers' promises come to together: balancer and machines, not the service itself. */
export interface SlaPrediction {
  /** Percent of a month. */
  percent: number;
  /** Minutes of outage that this allows in a month of 30 days. */
  minutesPerMonth: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
  /** Figures in it that were not read in Microsoft's documentation. */
  unverified: string[];
  /** When the figures were read. */
  asOf: string;
}

/** An order of magnitude: list prices of one region, without traffic, logs and discounts. */
export interface CostPrediction {
  /** USD a month, to two significant digits. Missing when the price of a part isn't known. */
  usdPerMonth?: number;
  /** The parts. */
  items: CostPredictionItem[];
  /** Parts whose price isn't known. */
  unknown: string[];
  /** The sum, with the price of one of each part in it, before it is rounded. */
  formula: string;
  /** Month of the price table. */
  pricesAsOf: string;
}

/** One kind of part that costs money. */
export interface CostPredictionItem {
  /** What it is. */
  item: string;
  /** How many of it. */
  quantity: number;
  /** USD a month for all of them, to two significant digits. Missing when the price isn't known. */
  usdPerMonth?: number;
}

/** How long a new version takes, without what Azure, downloads and a slow stop add. */
export interface RollingUpdatePrediction {
  /** Batches, one after the other. */
  batches: number;
  /** Machines per batch. */
  batchSize: number;
  /** Machines that serve at the least while it goes well; with `upgrade.maxSurge` all of them. */
  leastInService: number;
  /** Seconds from the first drain to the last healthy machine. */
  typicalSeconds: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}
