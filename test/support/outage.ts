import { setTimeout as sleep } from "node:timers/promises";
import { get } from "./traffic";

interface Attempt {
  started: number;
  ended?: number;
  failed?: boolean;
}

export interface OutageOptions {
  /** Seconds after which a client gives up. */
  clientTimeoutSeconds: number;
  /** Seconds after which the outage has to be over. */
  limitSeconds: number;
}

/** New connections begin this often, whether earlier ones were answered or not. */
const EVERY_MS = 25;
/** So long without a failing connection: it is over. */
const QUIET_MS = 1000;

/**
 * Seconds that clients notice of a fault: from the start of the first connection that fails to the end of the last one.
 * Clients ask from before the fault, each time on a new connection.
 */
export async function measureOutage(
  url: string,
  fault: () => Promise<void>,
  { clientTimeoutSeconds, limitSeconds }: OutageOptions,
): Promise<number> {
  const attempts: Attempt[] = [];
  const ask = (): void => {
    const attempt: Attempt = { started: performance.now() };
    attempts.push(attempt);
    void get(url, clientTimeoutSeconds)
      .then(
        ({ status }) => status !== 200,
        () => true,
      )
      .then((failed) => Object.assign(attempt, { failed, ended: performance.now() }));
  };
  const timer = setInterval(ask, EVERY_MS);
  try {
    await sleep(500);
    if (failures(attempts).length > 0) throw new Error(`${url} fails before the fault`);
    const began = performance.now();
    await fault();
    for (;;) {
      await sleep(100);
      const now = performance.now();
      const last = failures(attempts).at(-1);
      // What began before the quiet time has been answered or given up by now.
      const settledBefore = now - clientTimeoutSeconds * 1000;
      if (last !== undefined && settledBefore - last.started > QUIET_MS) break;
      if (now - began > limitSeconds * 1000) throw new Error(`${url}: the outage lasts more than ${limitSeconds} s`);
    }
  } finally {
    clearInterval(timer);
  }
  const failed = failures(attempts);
  return (Math.max(...failed.map(({ ended }) => ended!)) - failed[0]!.started) / 1000;
}

/** In the order in which they were started. */
function failures(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ failed }) => failed);
}
