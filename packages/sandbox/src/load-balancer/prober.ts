import { setTimeout as sleep } from "node:timers/promises";
import { askHttp, askTcp } from "./ask";
import { atCadence } from "./cadence";
import { EndpointCount, type EndpointState } from "./endpoint-state";
import type { Probe } from "./rules";

/** Azure's limit on an HTTP probe's time-out, whatever its interval. */
const LONGEST_TIMEOUT_MS = 30_000;

export type ProbeResult = { success: true } | { success: false; reason: string; answered: boolean };

export interface ProberOptions {
  probe: Probe;
  address: string;
  /** `false`: the probe's packets are lost, because the machine has no power or its firewall drops them. */
  reachable: () => boolean;
  /** Whether an answer other than 200 takes the endpoint out without waiting for the threshold. */
  non200AtOnce: boolean;
  onChange: (state: EndpointState, reason: string) => void;
}

/** Probes one endpoint of one machine until it is stopped. */
export class Prober {
  readonly #count: EndpointCount;
  readonly #stop = new AbortController();

  constructor(private readonly options: ProberOptions) {
    const { probe, onChange, non200AtOnce } = options;
    this.#count = new EndpointCount(probe.threshold);
    void atCadence(probe.intervalMs, this.#stop.signal, async () => {
      const result = await this.#ask();
      if (this.#stop.signal.aborted) return;
      const before = this.#count.state;
      const now = this.#count.note(result.success, non200AtOnce && !result.success && result.answered);
      if (now !== before) onChange(now, result.success ? "the probe succeeded" : result.reason);
    });
  }

  get state(): EndpointState {
    return this.#count.state;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #ask(): Promise<ProbeResult> {
    const { probe, address, reachable } = this.options;
    const timeoutMs = Math.min(probe.intervalMs, LONGEST_TIMEOUT_MS);
    if (!reachable()) {
      await sleep(timeoutMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      return { success: false, reason: `no answer in ${timeoutMs} ms`, answered: false };
    }
    try {
      if (probe.protocol === "tcp") {
        await askTcp(address, probe.port, timeoutMs);
        return { success: true };
      }
      const { status } = await askHttp(address, probe.port, probe.path, timeoutMs, probe.protocol);
      if (status === 200) return { success: true };
      return { success: false, reason: `${probe.path} answered ${status}`, answered: true };
    } catch (error) {
      return { success: false, reason: (error as Error).message, answered: false };
    }
  }
}
