/** Where Node reports what nobody caught. */
const events = ["unhandledRejection", "uncaughtException"] as const;

/** Node reports an unhandled rejection after the microtasks of its turn; two turns make sure of it. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Runs `body` and gathers in `errors` what nobody caught meanwhile. The SDK reports a failed registration in no other
 * way. Listeners of the test runner are set aside, or it would fail the test before the recording can reject.
 */
export async function gatherUncaught<T>(errors: Set<unknown>, body: () => Promise<T>): Promise<T> {
  const gather = (error: unknown): void => void errors.add(error);
  const former = events.map((event) => ({ event, listeners: process.rawListeners(event) }));
  for (const event of events) {
    process.removeAllListeners(event);
    process.on(event, gather);
  }
  try {
    return await body();
  } finally {
    await nextTurns();
    for (const { event, listeners } of former) {
      process.off(event, gather);
      for (const listener of listeners) process.on(event, listener as (error: unknown) => void);
    }
  }
}
