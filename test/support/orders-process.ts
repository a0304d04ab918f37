import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { get } from "./traffic";
import { REPOSITORY } from "./sandbox-stack";
import type { ConsulAgent } from "./consul-agent";

const PROGRAM = join(REPOSITORY, "examples/services/orders/bin/orders");
const PORT = 8080;

/** One setting that is in force, as /config shows it. */
export interface Setting {
  key: string;
  value: string;
  source: string;
}

/** The answer of /leader. */
export interface Leadership {
  leading: boolean;
  leader?: string;
  token?: number;
  problem?: string;
  written: number;
  refused: number;
}

/** The example service beside a Consul client, at the address of that machine. */
export class OrdersProcess {
  static readonly port = PORT;
  readonly name: string;
  readonly drainFile: string;
  readonly #logFile: string;
  readonly #environment: Record<string, string>;
  #process?: ChildProcess;

  constructor(
    readonly client: ConsulAgent,
    folder: string,
    token: string,
    environment: Record<string, string>,
  ) {
    this.name = client.document.node_name!;
    const own = join(folder, `${this.name}-orders`);
    mkdirSync(own, { recursive: true });
    this.#logFile = join(own, "log.jsonl");
    this.drainFile = join(own, "drain");
    const tokenFile = join(own, "token");
    writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
    this.#environment = {
      WINDOWS_HA_ADDRESS: `${client.address}:${PORT}`,
      WINDOWS_HA_MACHINE: this.name,
      WINDOWS_HA_DRAIN_FILE: this.drainFile,
      WINDOWS_HA_DATA_FOLDER: own,
      CONSUL_HTTP_ADDR: `${client.address}:${client.document.ports.http}`,
      CONSUL_HTTP_TOKEN_FILE: tokenFile,
      ...environment,
    };
  }

  start(more: Record<string, string> = {}): void {
    const log = openSync(this.#logFile, "a");
    const options = {
      env: { ...this.#environment, ...more },
      stdio: ["ignore", log, log] satisfies ["ignore", number, number],
    };
    this.#process = spawn(PROGRAM, [], options);
    closeSync(log);
  }

  /** Of the process while it lives. */
  get processId(): number | undefined {
    return this.#process?.exitCode === null ? this.#process.pid : undefined;
  }

  signal(name: NodeJS.Signals): void {
    this.#process!.kill(name);
  }

  async end(name: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill(name);
    await ended;
  }

  drain(): void {
    writeFileSync(this.drainFile, "");
  }

  undrain(): void {
    rmSync(this.drainFile);
  }

  async status(path: string): Promise<number> {
    return (await get(this.#url(path), 1)).status;
  }

  async leadership(): Promise<Leadership> {
    return JSON.parse((await get(this.#url("/leader"), 1)).body) as Leadership;
  }

  async configuration(): Promise<{
    settings: Setting[];
    unknown?: string[];
    store?: { answers: boolean; refused?: string };
  }> {
    return JSON.parse((await get(this.#url("/config"), 1)).body) as Awaited<ReturnType<OrdersProcess["configuration"]>>;
  }

  /** The value of a setting that is in force. */
  async setting(key: string): Promise<string | undefined> {
    return (await this.configuration()).settings.find((one) => one.key === key)?.value;
  }

  log(): string {
    return readFileSync(this.#logFile, "utf8");
  }

  #url(path: string): string {
    return `http://${this.client.address}:${PORT}${path}`;
  }
}
