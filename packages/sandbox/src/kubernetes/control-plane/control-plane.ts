import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "./api-client";
import {
  API_PORT,
  apiServerArguments,
  controllerArguments,
  etcdArguments,
  kwokArguments,
  schedulerArguments,
  type ClusterSettings,
} from "./arguments";
import { ProgramGroup } from "./program-group";
import type { Program, ProgramFiles } from "./programs";
import { KUBECONFIG, secretsOf, writeFiles } from "./state";

export interface ControlPlaneOptions extends ClusterSettings {
  /** The API server's name, which its certificate bears beside the address. */
  name: string;
  programs: ProgramFiles;
  log: (line: string) => void;
}

/** Three seconds on an idle computer. */
const READY_WITHIN_SECONDS = 120;
const LOOK_EVERY_MS = 100;
const START_AGAIN_AFTER_MS = 1_000;

/** A real control plane of Kubernetes on a loopback address, whose nodes are kwok's. */
export class ControlPlane {
  readonly server: string;
  /** The certificate of who signed the API server's, in PEM. */
  readonly authority: string;
  readonly token: string;
  /** File for kubectl, of the administrator. */
  readonly kubeconfig: string;
  readonly api: ApiClient;
  #programs: ProgramGroup | undefined;
  /** Whether programs that end are started again, as whoever keeps a real one up does. */
  #isKeptUp = false;
  readonly #arguments = new Map<Program, string[]>();
  readonly #begin: () => Promise<void>;

  constructor(private readonly options: ControlPlaneOptions) {
    const { folder, name, address } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const secrets = secretsOf(folder, name);
    this.server = `https://${address}:${API_PORT}`;
    this.authority = secrets.authority.certificate;
    this.token = secrets.token;
    this.kubeconfig = join(folder, KUBECONFIG);
    this.api = new ApiClient({ server: this.server, authority: this.authority, token: this.token });
    this.#begin = async () => {
      const files = writeFiles(folder, secrets, { name, server: this.server, address });
      this.#start("etcd", etcdArguments(options, files));
      this.#start("kube-apiserver", apiServerArguments(options, files));
      await this.until("the API server is ready", READY_WITHIN_SECONDS, async () => {
        return (await this.api.call("GET", "/readyz")).status === 200;
      });
      this.#start("kube-controller-manager", controllerArguments(files));
      this.#start("kube-scheduler", schedulerArguments(files));
      this.#start("kwok", kwokArguments(options, files));
      await this.until("accounts are made", READY_WITHIN_SECONDS, async () => {
        return (await this.api.call("GET", "/api/v1/namespaces/default/serviceaccounts/default")).status === 200;
      });
    };
  }

  /** @throws Error with the end of a program's log when one ends instead. */
  async start(signal?: AbortSignal): Promise<void> {
    const { folder, name, log } = this.options;
    signal?.throwIfAborted();
    const began = performance.now();
    const programs = new ProgramGroup(folder, (program, how) => {
      log(`${name}: ${program} ended: ${how}`);
      if (this.#isKeptUp)
        setTimeout(() => this.#startAgain(programs, program as Program), START_AGAIN_AFTER_MS).unref();
    });
    this.#programs = programs;
    const end = (): void => void programs.end();
    signal?.addEventListener("abort", end, { once: true });
    try {
      await this.#begin();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#isKeptUp = true;
    log(`${name}: Kubernetes answers at ${this.server} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }

  get processIds(): number[] {
    return this.#programs?.processIds ?? [];
  }

  logOf(program: Program): string {
    return this.#programs!.logOf(program);
  }

  async stop(): Promise<void> {
    this.#isKeptUp = false;
    this.api.close();
    await this.#programs?.end();
    this.#programs = undefined;
  }

  /** Waits, and says what a program said that ended instead. */
  async until(what: string, seconds: number, reached: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      if (await reached().catch(() => false)) return;
      const dead = this.#dead();
      if (dead.length > 0) throw new Error(`waiting until ${what}: ${dead.join("\n")}`);
      if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  #dead(): string[] {
    if (!this.#programs) return ["it was stopped"];
    return this.#isKeptUp && this.#programs.isRunning ? [] : this.#programs.dead();
  }

  #start(program: Program, args: string[]): void {
    this.#arguments.set(program, args);
    this.#programs!.start(program, this.options.programs[program], args);
  }

  #startAgain(programs: ProgramGroup, program: Program): void {
    if (this.#isKeptUp && this.#programs === programs) this.#start(program, this.#arguments.get(program)!);
  }
}
