import { get } from "../support/traffic";

export interface LoadResult {
  answered: number;
  failures: { atSeconds: number; reason: string }[];
  /** Versions that answered. */
  versions: Set<string>;
  /** Seconds from the first to the end of the last request that failed. */
  failingSeconds: number;
}

const REQUEST_TIMEOUT_SECONDS = 2;
const PAUSE_MS = 50;
const CLIENTS = 4;

/** Asks on new connections, as clients do that don't know of each other, until the work is done. */
export async function underLoad(url: string, work: () => Promise<void>): Promise<LoadResult> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const result: LoadResult = { answered: 0, failures: [], versions: new Set(), failingSeconds: 0 };
  let firstFailure: number | undefined;
  let done = false;
  const client = async (): Promise<void> => {
    while (!done) {
      const asked = seconds();
      try {
        const { status, body } = await get(`${url}/orders`, REQUEST_TIMEOUT_SECONDS);
        if (status !== 200) throw new Error(`status ${status}`);
        result.answered++;
        result.versions.add((JSON.parse(body) as { version: string }).version);
      } catch (error) {
        firstFailure ??= asked;
        result.failures.push({ atSeconds: asked, reason: (error as Error).message });
        result.failingSeconds = seconds() - firstFailure;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  try {
    await work();
  } finally {
    done = true;
    await Promise.all(clients);
  }
  return result;
}

/** What the load tests say of a client's own time-out. */
export const CLIENT_TIMEOUT_SECONDS = REQUEST_TIMEOUT_SECONDS;
