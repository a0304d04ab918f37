import type { Span } from "../models/probe-timing";

export interface ConsulCheckTiming {
  /** Seconds between two questions. */
  intervalSeconds: number;
  /** Seconds after which an answer is a failure. */
  timeoutSeconds: number;
}

/**
 * Seconds until a service that answers 503 or refuses is out of the catalogue: the next question finds it so, and the
 * client tells the servers at once.
 */
export function predictServiceRemoval({ intervalSeconds, timeoutSeconds }: ConsulCheckTiming): Span {
  return {
    typicalSeconds: intervalSeconds / 2,
    worstSeconds: intervalSeconds + timeoutSeconds,
    typicalFormula: `check's interval ${intervalSeconds} s ÷ 2`,
    worstFormula: `check's interval ${intervalSeconds} s + time-out ${timeoutSeconds} s`,
  };
}
