import type { CostPrediction, SlaPrediction, SwitchoverPrediction } from "../cluster/prediction";

/** What a service on AKS will do, before it exists: pure arithmetic over its arguments. */
export interface WorkloadPrediction {
  /** What clients of the balancer notice of each fault, because other replicas run. */
  switchover: SwitchoverPrediction[];
  /** How long a lost pod is missing. */
  replacement: ReplacementPrediction;
  /** How long a new version takes. */
  rollout: RolloutPrediction;
  /** What the providers' promises for the serving path come to. */
  sla: SlaPrediction;
}

/** What a service will do in a cluster that is made for it. */
export interface AksClusterPrediction extends WorkloadPrediction {
  /** What the resources cost: an order of magnitude. */
  monthlyCost: CostPrediction;
}

/** From the loss of a node until its pod serves on another one: always longer than the mark of 30 seconds. */
export interface ReplacementPrediction {
  /** Seconds, with the image on the node that takes over. */
  typicalSeconds: number;
  /** Seconds, without it. */
  worstSeconds: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
  /** Whether it takes at most 30 seconds; it doesn't. */
  meetsMark: boolean;
}

/** One pod after the other, each successor before its predecessor goes. */
export interface RolloutPrediction {
  /** Seconds, with images on the nodes. */
  typicalSeconds: number;
  /** Seconds, if each start takes the whole time that it may. */
  worstSeconds: number;
  /** Pods that serve at the least while it goes well. */
  leastInService: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}
