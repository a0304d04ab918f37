import { drainSeconds } from "../agent-document";
import { DEFAULTS } from "../defaults";
import type { ProbeSpec } from "../load-balancer";
import { batchMachines, rollingUpgrade, upgradeBatches, type UpgradedMachines } from "../rolling-upgrade";
import type { ServiceSpec } from "../service";

/** How long it takes until every machine has a new version. */
export interface RollingUpdatePrediction {
  /** Batches, one after the other; a batch doesn't span zones. */
  batches: number;
  /** Machines per batch. */
  batchSize: number;
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
 * The parts that the declaration decides: drain, health gate of the agent, health extension, pause between batches.
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
  const health = single ? 0 : DEFAULTS.healthExtension.intervalSeconds * DEFAULTS.healthExtension.numberOfProbes;
  const pause = single ? 0 : policy.pauseSeconds;
  const typicalSeconds = batches * (drain + gate + health) + (batches - 1) * pause;
  return {
    batches,
    batchSize,
    typicalSeconds,
    formula:
      `batches ${batches} × (drain ${drain} s + health gate ${gate} s + health extension ${health} s)` +
      ` + (${batches} − 1) × pause ${pause} s = ${typicalSeconds} s`,
  };
}
