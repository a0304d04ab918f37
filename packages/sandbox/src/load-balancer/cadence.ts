import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does something at a fixed cadence until the signal: the next time begins one interval after the last one began, or
 * when that one ends if it took longer. What it does must not throw.
 */
export async function atCadence(intervalMs: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    await act();
    const rest = Math.max(0, intervalMs - (performance.now() - began));
    try {
      await sleep(rest, undefined, { signal });
    } catch {
      return;
    }
  }
}
