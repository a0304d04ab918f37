import { setTimeout as sleep } from "node:timers/promises";
import { askHttp, askTcp, atCadence } from "../load-balancer";
import type { Extension } from "./scale-set-model";

export type MachineHealth = "healthy" | "unhealthy" | "unknown";

/** Settings of the application health extension, with Azure's defaults. */
export interface HealthSettings {
  protocol: "http" | "https" | "tcp";
  port: number;
  path: string;
  intervalMs: number;
  /** Equal answers in a row that change the state. */
  numberOfProbes: number;
  /** Time that a machine gets to become healthy. */
  graceMs: number;
  /** Version 2.0 reads the state from the answer's body; 1.0 takes 200 for healthy. */
  richStates: boolean;
}

const DEFAULT_INTERVAL_SECONDS = 5;
const PROTOCOLS = ["http", "https", "tcp"];

export function isHealthExtension({ publisher, type }: Pick<Extension, "publisher" | "type">): boolean {
  return publisher === "Microsoft.ManagedServices" && /^ApplicationHealth(Windows|Linux)$/.test(type);
}

/** The extension's `settings`, in its own words. */
interface HealthInputs {
  protocol?: string;
  port?: number;
  requestPath?: string;
  intervalInSeconds?: number;
  numberOfProbes?: number;
  gracePeriod?: number;
}

export function readHealthSettings(
  extension: Pick<Extension, "settings"> & { typeHandlerVersion?: string },
): HealthSettings {
  const settings = extension.settings as HealthInputs;
  const { intervalInSeconds = DEFAULT_INTERVAL_SECONDS, numberOfProbes = 1 } = settings;
  return {
    protocol: settings.protocol?.toLowerCase() as HealthSettings["protocol"],
    port: settings.port ?? 80,
    path: settings.requestPath ?? "/",
    intervalMs: intervalInSeconds * 1000,
    numberOfProbes,
    graceMs: (settings.gracePeriod ?? intervalInSeconds * numberOfProbes) * 1000,
    richStates: !extension.typeHandlerVersion?.startsWith("1."),
  };
}

export function healthExtensionProblems({ settings }: Pick<Extension, "settings">): string[] {
  const { protocol } = settings as HealthInputs;
  if (PROTOCOLS.includes(protocol?.toLowerCase() ?? "")) return [];
  return [`protocol ${JSON.stringify(protocol)}: the sandbox's health extension asks by ${PROTOCOLS.join(" and ")}`];
}

/**
 * The health extension of one machine. Version 2.0: 2xx with an `ApplicationHealthState` in its JSON body gives that
 * state; anything else is unknown, which Azure treats as unhealthy where it counts machines. Version 1.0: 200 is
 * healthy, anything else unhealthy.
 */
export class HealthWatch {
  #state: MachineHealth = "unknown";
  #candidate: MachineHealth = "unknown";
  #inARow = 0;
  #stop = new AbortController();

  constructor(
    readonly settings: HealthSettings,
    private readonly address: string,
  ) {
    this.#begin();
  }

  get state(): MachineHealth {
    return this.#state;
  }

  stop(): void {
    this.#stop.abort();
    this.#state = "unknown";
  }

  /** Forgets what was seen, and waits for the state after it. @returns the state at the latest when the time is over. */
  async fresh(timeoutMs: number, signal: AbortSignal): Promise<MachineHealth> {
    this.stop();
    this.#begin();
    const deadline = performance.now() + timeoutMs;
    while (this.#state !== "healthy" && performance.now() < deadline && !signal.aborted) {
      await sleep(Math.min(50, this.settings.intervalMs), undefined, { signal }).catch(() => undefined);
    }
    return this.#state;
  }

  #begin(): void {
    const stop = (this.#stop = new AbortController());
    this.#inARow = 0;
    void atCadence(this.settings.intervalMs, stop.signal, async () => {
      const answer = await this.#ask();
      if (!stop.signal.aborted) this.#note(answer);
    });
  }

  #note(answer: MachineHealth): void {
    this.#inARow = answer === this.#candidate ? this.#inARow + 1 : 1;
    this.#candidate = answer;
    if (this.#inARow >= this.settings.numberOfProbes) this.#state = answer;
  }

  async #ask(): Promise<MachineHealth> {
    const { protocol, port, path, intervalMs, richStates } = this.settings;
    const failed = richStates && protocol !== "tcp" ? "unknown" : "unhealthy";
    try {
      if (protocol === "tcp") {
        await askTcp(this.address, port, intervalMs);
        return "healthy";
      }
      const { status, body } = await askHttp(this.address, port, path, intervalMs, protocol);
      if (!richStates) return status === 200 ? "healthy" : failed;
      return status >= 200 && status < 300 ? declaredState(body) : failed;
    } catch {
      return failed;
    }
  }
}

function declaredState(body: string): MachineHealth {
  try {
    const state = (JSON.parse(body) as { ApplicationHealthState?: unknown } | null)?.ApplicationHealthState;
    return state === "Healthy" ? "healthy" : state === "Unhealthy" ? "unhealthy" : "unknown";
  } catch {
    return "unknown";
  }
}
