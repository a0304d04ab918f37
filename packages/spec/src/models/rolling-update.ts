import { drainSeconds } from "../agent-document";
import { DEFAULTS } from "../defaults";
import type { ProbeSpec } from "../load-balancer";
import { rollingUpgrade, type UpgradedMachines } from "../scale-set";
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
  const { batchPercent, pauseSeconds } = rollingUpgrade(machines);
  const batchSize = single ? 1 : Math.max(1, Math.floor((machines.count * batchPercent) / 100));
  const batches = zoneShares(machines.count, zones)
    .map((share) => Math.ceil(share / batchSize))
    .reduce((sum, next) => sum + next, 0);
  const drain = drainSeconds(service, probe);
  const gate = (service.installGate.consecutiveSuccesses - 1) * service.installGate.intervalSeconds;
  const health = single ? 0 : DEFAULTS.healthExtension.intervalSeconds * DEFAULTS.healthExtension.numberOfProbes;
  const pause = single ? 0 : pauseSeconds;
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

/** Machines per zone when they are spread as evenly as their number allows. */
function zoneShares(machines: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.floor((machines + zone) / zones));
}
