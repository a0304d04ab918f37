import type { ProbeSpec } from "../load-balancer";

/** Seconds, with the arithmetic that gives them. */
export interface Span {
  typicalSeconds: number;
  worstSeconds: number;
  typicalFormula: string;
  worstFormula: string;
}

/** Azure's limit on a probe's time-out, whatever its interval. */
const LONGEST_PROBE_TIMEOUT_SECONDS = 30;

/**
 * From a fault that answers with a refusal to the end of new flows. Probes begin every `interval`, so the first one
 * after the fault begins after 0 to `interval`, each moment as likely as the other, and the `threshold`-th one
 * `threshold - 1` intervals later. Typical is the median, worst the end of that range. Of several machines the one
 * whose probes come last counts, and each has a cadence of its own.
 */
export function refusedEjection({ intervalSeconds, threshold }: ProbeSpec, machines = 1): Span {
  const before = hundredths(1 - medianOfLatest(machines));
  return {
    typicalSeconds: hundredths((threshold - before) * intervalSeconds),
    worstSeconds: threshold * intervalSeconds,
    typicalFormula: `(threshold ${threshold} − ${before}) × interval ${intervalSeconds} s`,
    worstFormula: `threshold ${threshold} × interval ${intervalSeconds} s`,
  };
}

/** The same for a fault that answers nothing: the last of the probes fails only at its time-out. */
export function silentEjection(probe: ProbeSpec, machines = 1): Span {
  const refused = refusedEjection(probe, machines);
  const timeout = Math.min(probe.intervalSeconds, LONGEST_PROBE_TIMEOUT_SECONDS);
  return {
    typicalSeconds: refused.typicalSeconds + timeout,
    worstSeconds: refused.worstSeconds + timeout,
    typicalFormula: `${refused.typicalFormula} + probe's time-out ${timeout} s`,
    worstFormula: `${refused.worstFormula} + probe's time-out ${timeout} s`,
  };
}

/** Median of the latest of `count` moments that are spread evenly over 0 to 1. */
function medianOfLatest(count: number): number {
  return 0.5 ** (1 / count);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
