import { admissionSeconds, drainSeconds } from "../agent-document";
import { DEFAULTS } from "../defaults";
import type { ProbeSpec } from "../load-balancer";
import {
  batchMachines,
  leastInService,
  rollingUpgrade,
  upgradeBatches,
  type UpgradedMachines,
} from "../rolling-upgrade";
import type { ServiceSpec } from "../service";

/** How long it takes until every machine has a new version. */
export interface RollingUpdatePrediction {
  /** Batches, one after the other; a batch doesn't span zones. */
  batches: number;
  /** Machines per batch. */
  batchSize: number;
  /** Machines that serve at the least while it goes well. */
  leastInService: number;
  typicalSeconds: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

export interface RollingUpdateInput {
  machines: UpgradedMachines;
  /** Zones that the machines are spread over evenly. */
  zones: number;
  service: ServiceSpec;
  probe: ProbeSpec;
  /** Whether the machines are single ones: then they are updated one after the other, and no scale set waits for them. */
  single: boolean;
}

/**
 * The parts that the declaration decides: drain, health gate of the agent, admission by the balancer, health extension,
 * pause between batches.
 * With `maxSurge` a new machine is created first, and the old one's drain follows by its Scheduled Event.
 * What Azure needs to hand over a new model, downloads and a slow stop come on top; nobody has numbers for them here.
 */
export function predictRollingUpdate({
  machines,
  zones,
  service,
  probe,
  single,
}: RollingUpdateInput): RollingUpdatePrediction {
  const policy = rollingUpgrade(machines);
  const batchSize = single ? 1 : batchMachines(machines.count, policy);
  const batches = upgradeBatches(machines.count, zones, batchSize);
  const drain = drainSeconds(service, probe);
  const gate = (service.installGate.consecutiveSuccesses - 1) * service.installGate.intervalSeconds;
  const admission = policy.maxSurge ? 0 : admissionSeconds(service, probe);
  const health = single ? 0 : DEFAULTS.healthExtension.intervalSeconds * DEFAULTS.healthExtension.numberOfProbes;
  const pause = single ? 0 : policy.pauseSeconds;
  const creation = policy.maxSurge ? DEFAULTS.prediction.machineCreationSeconds : 0;
  const replacement = creation > 0 ? `new machine ${creation} s + ` : "";
  const typicalSeconds = batches * (creation + drain + gate + admission + health) + (batches - 1) * pause;
  return {
    batches,
    batchSize,
    leastInService: single ? machines.count - 1 : leastInService(machines),
    typicalSeconds,
    formula:
      `batches ${batches} × (${replacement}drain ${drain} s + health gate ${gate} s + admission ${admission} s + health extension ${health} s)` +
      ` + (${batches} − 1) × pause ${pause} s = ${typicalSeconds} s`,
  };
}
