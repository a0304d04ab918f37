import { isAlive } from "./daemon/process-identity";
import type { DaemonRecord } from "./daemon/protocol";
import { logTail } from "./log-tail";
import { readJson } from "./files";
import type { SandboxLayout } from "./layout";
import { SandboxError } from "./sandbox-error";

/** A machine's boot is the longest answer. */
const ANSWER_WITHIN_MS = 180_000;

/** How to reach the daemon, if the process that left the record still runs. */
export function liveRecord(layout: SandboxLayout): DaemonRecord | undefined {
  const record = readJson<DaemonRecord>(layout.daemon);
  return record && isAlive(record) ? record : undefined;
}

/** @throws SandboxError `not-running` */
export function requireRecord(layout: SandboxLayout): DaemonRecord {
  const record = readJson<DaemonRecord>(layout.daemon);
  if (record && isAlive(record)) return record;
  const died = record
    ? `The former one (process ${record.pid}) ended without a goodbye; its log: ${layout.daemonLog}. `
    : "";
  throw new SandboxError(
    "not-running",
    `no sandbox runs in ${layout.folder}. ${died}Start it with: windows-ha sandbox exec -- pulumi up`,
  );
}

/** Speaks with the daemon's control API. */
export class ControlClient {
  readonly #record: DaemonRecord;

  /** @throws SandboxError `not-running` */
  constructor(
    private readonly layout: SandboxLayout,
    record?: DaemonRecord,
  ) {
    this.#record = record ?? requireRecord(layout);
  }

  get<T>(path: string): Promise<T> {
    return this.#ask<T>("GET", path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.#ask<T>("POST", path, body);
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { response, text } = await this.#send(method, path, body);
    if (response.ok) return JSON.parse(text) as T;
    throw new SandboxError("refused", reason(text) ?? `the sandbox answered ${response.status} to ${method} ${path}`);
  }

  async #send(method: string, path: string, body: unknown): Promise<{ response: Response; text: string }> {
    try {
      const response = await fetch(this.#record.api + path, {
        method,
        headers: { Authorization: `Bearer ${this.#record.token}`, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw new SandboxError("daemon-failed", this.#silence(error as Error));
    }
  }

  #silence(error: Error): string {
    const { pid } = this.#record;
    if (!isAlive(this.#record)) {
      return `the sandbox daemon (process ${pid}) died. The next command starts it again, with all its machines. ${logTail(this.layout)}`;
    }
    const how =
      error.name === "TimeoutError"
        ? `within ${ANSWER_WITHIN_MS / 1000} s`
        : `(${error.cause instanceof Error ? error.cause.message : error.message})`;
    return `the sandbox daemon (process ${pid}) does not answer ${how}. End it with: windows-ha sandbox down. ${logTail(this.layout)}`;
  }
}

function reason(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: string }).error;
  } catch {
    return undefined;
  }
}
