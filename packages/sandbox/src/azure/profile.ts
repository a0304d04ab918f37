import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readJson } from "../files";
import { SandboxError } from "../sandbox-error";
import { AzureError } from "./azure-error";

export type Operation = "create" | "update" | "delete";

/** A refusal that Azure is made to give. */
export interface Fault {
  /** Pulumi's type token, or `*` for every type. */
  type: string;
  operation: Operation;
  /** Azure's code, for example `TooManyRequests`, `AnotherOperationInProgress`, `AllocationFailed`. */
  code: string;
  message?: string;
  /** How many operations meet it. */
  times: number;
  /** `after`: the resource stays behind half-created, or half-updated. @default "before" */
  when?: "before" | "after";
  /** What a throttled caller is told to wait. @default 1 */
  retryAfterSeconds?: number;
}

/** `profile.json` in the sandbox's folder: how slow and how moody the emulated Azure is. */
export interface SandboxProfile {
  /** How long an operation takes, by type token, or `*` for every other type. @default 0 */
  latencyMs?: Record<string, number>;
  /**
   * How long a new role assignment doesn't hold yet; Azure says up to ten minutes for most services. @default 0
   */
  rolePropagationMs?: number;
  /** The longest that a machine's deletion waits for the machine; Azure waits as the model says. @default 60000 */
  terminateNoticeMs?: number;
  faults?: Fault[];
}

/** Twice the longest usual drain, since an agent keeps half of the notice for the stop; below a person's patience. */
const TERMINATE_NOTICE_MS = 60_000;

/** Refusals that azure-native's HTTP client meets with another attempt: 409 and 429 of these codes, and 5xx. */
const RETRIED_CODES = new Set([
  "TooManyRequests",
  "AnotherOperationInProgress",
  "RetryableError",
  "InternalServerError",
  "ServiceUnavailable",
]);
const MOST_ATTEMPTS = 10;

/** Applies a profile: every operation passes by here. */
export class ProfileEffects {
  #profile: SandboxProfile = {};
  #left = new Map<Fault, number>();
  #seen = "";

  /** @param source a profile, or the file that may hold one; it is read again whenever it has changed. */
  constructor(private readonly source: SandboxProfile | string = {}) {
    if (typeof source !== "string") this.#take(source);
  }

  /** How long a new role assignment doesn't hold yet, in milliseconds. */
  rolePropagationMs(): number {
    this.#refresh();
    return this.#profile.rolePropagationMs ?? 0;
  }

  /** The longest wait for a machine that is to be deleted, in milliseconds. */
  terminateNoticeMs(): number {
    this.#refresh();
    return this.#profile.terminateNoticeMs ?? TERMINATE_NOTICE_MS;
  }

  /** Takes the time that the operation takes, and repeats what azure-native repeats. @throws AzureError */
  async before(type: string, operation: Operation, signal: AbortSignal): Promise<void> {
    this.#refresh();
    const { latencyMs = {} } = this.#profile;
    const latency = latencyMs[type] ?? latencyMs["*"] ?? 0;
    for (let attempt = 1; ; attempt++) {
      if (latency > 0) await sleep(latency, undefined, { signal });
      const fault = this.#meet(type, operation, "before");
      if (!fault) return;
      if (!RETRIED_CODES.has(fault.code) || attempt === MOST_ATTEMPTS) throw refusal(fault);
      await sleep((fault.retryAfterSeconds ?? 1) * 1000, undefined, { signal });
    }
  }

  /** @throws AzureError that leaves the resource behind */
  after(type: string, operation: Operation): void {
    const fault = this.#meet(type, operation, "after");
    if (fault) throw refusal(fault);
  }

  #meet(type: string, operation: Operation, when: Fault["when"]): Fault | undefined {
    for (const [fault, left] of this.#left) {
      const matches = (fault.type === type || fault.type === "*") && fault.operation === operation;
      if (!matches || (fault.when ?? "before") !== when || left <= 0) continue;
      this.#left.set(fault, left - 1);
      return fault;
    }
    return undefined;
  }

  #refresh(): void {
    if (typeof this.source !== "string") return;
    const stat = statSync(this.source, { throwIfNoEntry: false });
    const version = stat ? `${stat.mtimeMs}:${stat.size}` : "";
    if (version === this.#seen) return;
    this.#seen = version;
    this.#take(readProfile(this.source));
  }

  #take(profile: SandboxProfile): void {
    this.#profile = profile;
    this.#left = new Map((profile.faults ?? []).map((fault) => [fault, fault.times]));
  }
}

function refusal({ code, message }: Fault): AzureError {
  return new AzureError(code, message ?? "The sandbox's profile asks for this refusal.");
}

/** @throws SandboxError that names everything in the file that can't be used */
function readProfile(file: string): SandboxProfile {
  const profile = readJson<SandboxProfile>(file) ?? {};
  const wrong = [
    ...(["rolePropagationMs", "terminateNoticeMs"] as const)
      .filter((name) => profile[name] !== undefined && !isDuration(profile[name]))
      .map((name) => `${name} is ${JSON.stringify(profile[name])}; give milliseconds`),
    ...Object.entries(profile.latencyMs ?? {})
      .filter(([, latency]) => !isDuration(latency))
      .map(([type, latency]) => `latencyMs["${type}"] is ${JSON.stringify(latency)}; give milliseconds`),
    ...(profile.faults ?? []).flatMap((fault, index) => {
      const expected: [string, boolean][] = [
        ["type", typeof fault.type === "string"],
        ["operation", ["create", "update", "delete"].includes(fault.operation)],
        ["code", typeof fault.code === "string"],
        ["times", Number.isInteger(fault.times)],
        ["when", fault.when === undefined || ["before", "after"].includes(fault.when)],
      ];
      return expected
        .filter(([, isRight]) => !isRight)
        .map(([name]) => `faults[${index}].${name} is ${JSON.stringify(fault[name as keyof Fault])}`);
    }),
  ];
  if (wrong.length > 0) throw new SandboxError("unusable", `${file}: ${wrong.join("; ")}`);
  return profile;
}

function isDuration(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}
