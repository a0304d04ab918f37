import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConsulAgentDocument, ConsulSecretsDocument } from "@windows-ha/spec";

/** What the API answered. */
export interface ConsulAnswer {
  status: number;
  /** As JSON where it is some, else as text. */
  body: unknown;
}

export interface ConsulRequest {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  token?: string;
  body?: unknown;
  /** @default after 10 s */
  signal?: AbortSignal;
}

/** One real agent of Consul: a process, its folder and its configuration files as they were rendered. */
export class ConsulAgent {
  private readonly configFolder: string;
  private readonly logFile: string;
  private process?: ChildProcess;

  constructor(
    folder: string,
    readonly document: ConsulAgentDocument,
    secrets: ConsulSecretsDocument,
  ) {
    this.configFolder = join(folder, "config");
    this.logFile = join(folder, "log.txt");
    mkdirSync(this.configFolder, { recursive: true });
    this.configure("agent", document);
    this.configure("secrets", secrets);
  }

  get address(): string {
    return this.document.client_addr;
  }

  /** Writes a file of its configuration, which counts from the next start or reload on. */
  configure(name: string, document: unknown): void {
    const file = join(this.configFolder, `${name}.json`);
    writeFileSync(file, JSON.stringify(document, undefined, 2), { mode: 0o600 });
  }

  /** Takes such a file away again. */
  forget(name: string): void {
    rmSync(join(this.configFolder, `${name}.json`));
  }

  start(): void {
    const log = openSync(this.logFile, "a");
    const options = { stdio: ["ignore", log, log] satisfies ["ignore", number, number] };
    this.process = spawn("consul", ["agent", "-config-dir", this.configFolder], options);
    closeSync(log);
  }

  /** Of the running process; `undefined` without one. */
  get processId(): number | undefined {
    return this.process?.pid;
  }

  /** Ends it, gracefully or as a lost machine does. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGKILL"): Promise<void> {
    const agent = this.process;
    this.process = undefined;
    if (!agent || agent.exitCode !== null || agent.signalCode !== null) return;
    const ended = once(agent, "exit");
    agent.kill(signal);
    await ended;
  }

  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  async request(path: string, request: ConsulRequest = {}): Promise<ConsulAnswer> {
    const { method = "GET", token, body, signal = AbortSignal.timeout(10_000) } = request;
    const response = await fetch(`http://${this.address}:${this.document.ports.http}/v1/${path}`, {
      method,
      headers: token === undefined ? {} : { "X-Consul-Token": token },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      signal,
    });
    return { status: response.status, body: parsed(await response.text()) };
  }

  /** The same, for a request that has to succeed. */
  async ask<T>(path: string, request: ConsulRequest = {}): Promise<T> {
    const { status, body } = await this.request(path, request);
    if (status !== 200) {
      throw new Error(`${this.document.node_name} answered ${status} to ${path}: ${JSON.stringify(body)}`);
    }
    return body as T;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
