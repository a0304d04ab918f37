import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { ControlClient, liveRecord } from "./client-connection";
import { startDaemon } from "./client-start";
import { acquireLock } from "./daemon/lock";
import type { MachineLog, SandboxStatus } from "./daemon/protocol";
import type { FrontEndStatus, MachineStatus } from "./data-plane";
import { endProcess } from "./end-process";
import { sandboxLayout, type SandboxLayout } from "./layout";
import { publish, type Publication } from "./publish";
import { consulPublication, packConsul, type ConsulPublication } from "./publish-consul";
import { SandboxError } from "./sandbox-error";
import { version } from "./version";

/** Told what a long step does, in short lines. */
export type OnProgress = (line: string) => void;

/** How long the daemon may take to end its machines before it is killed; they end with it all the same. */
const END_WITHIN_MS = 30_000;

/** A handle on one folder's sandbox. Nothing starts before something is asked of it. */
export class Sandbox {
  readonly layout: SandboxLayout;

  constructor(folder: string) {
    this.layout = sandboxLayout(resolve(folder));
  }

  /**
   * Starts the daemon unless it runs. One of another version is ended first; its machines come back.
   *
   * @throws SandboxError `daemon-failed` when it doesn't get ready, with the end of its log.
   */
  async ensureRunning(options: { onProgress?: OnProgress } = {}): Promise<void> {
    const onProgress = options.onProgress ?? (() => undefined);
    const running = liveRecord(this.layout);
    if (running?.version === version) return;
    if (running) {
      onProgress(`ending the sandbox of version ${running.version}, to start version ${version}`);
      await this.down();
    }
    await startDaemon(this.layout, onProgress);
  }

  async status(): Promise<SandboxStatus> {
    return this.#client().get<SandboxStatus>("/status");
  }

  async machines(): Promise<MachineStatus[]> {
    return (await this.status()).machines;
  }

  async frontEnds(): Promise<FrontEndStatus[]> {
    return (await this.status()).frontEnds;
  }

  /** Cuts a machine's power. */
  async stopMachine(name: string): Promise<void> {
    await this.#client().post(`/machines/${encodeURIComponent(name)}/stop`);
  }

  /** Boots a stopped machine. */
  async startMachine(name: string): Promise<void> {
    await this.#client().post(`/machines/${encodeURIComponent(name)}/start`);
  }

  /**
   * Cuts the power of every machine in a zone, and of every node of Kubernetes there.
   *
   * @returns the names of those that had power
   * @throws SandboxError `unusable` when nothing is in this zone
   */
  stopZone(zone: string): Promise<string[]> {
    return this.#inZone(
      zone,
      ({ power }) => power !== "stopped",
      (name) => this.stopMachine(name),
    );
  }

  /**
   * Boots every stopped machine of a zone.
   *
   * @returns the names of those that had no power
   * @throws SandboxError `unusable` when nothing is in this zone
   */
  startZone(zone: string): Promise<string[]> {
    return this.#inZone(
      zone,
      ({ power }) => power === "stopped",
      (name) => this.startMachine(name),
    );
  }

  async #inZone(
    zone: string,
    isConcerned: (machine: MachineStatus) => boolean,
    act: (name: string) => Promise<void>,
  ): Promise<string[]> {
    const machines = await this.machines();
    const inside = machines.filter((machine) => machine.zone === zone);
    if (inside.length === 0) {
      const zones = [...new Set(machines.flatMap((machine) => machine.zone ?? []))].sort();
      const allowed = zones.length === 0 ? "no machine here is in a zone" : `zones with machines: ${zones.join(", ")}`;
      throw new SandboxError("unusable", `no machine is in zone ${zone}; ${allowed}`);
    }
    const names = inside.filter(isConcerned).map(({ name }) => name);
    await Promise.all(names.map(act));
    return names;
  }

  /** A machine's log files. Without a name: the sandbox's own, which exists also when the daemon doesn't run. */
  async logs(machine?: string): Promise<MachineLog[]> {
    if (machine !== undefined) return this.#client().get<MachineLog[]>(`/machines/${encodeURIComponent(machine)}/logs`);
    return existsSync(this.layout.daemonLog) ? [{ name: "sandbox", file: this.layout.daemonLog }] : [];
  }

  /**
   * Makes a Windows program available to the sandbox's machines, and starts the daemon if need be, as the address
   * depends on it.
   *
   * @param options `hostBuild`: the same program built for this computer; default: the same path without `.exe`.
   * @throws SandboxError `unusable` when one of the files is not what it has to be.
   */
  async publish(file: string, options: { hostBuild?: string; onProgress?: OnProgress } = {}): Promise<Publication> {
    const artifact = await publish(this.layout, file, options.hostBuild);
    await this.ensureRunning(options);
    const { url } = await this.#client().post<{ url: string }>("/artifacts", artifact);
    return { url, sha256: artifact.sha256, fileName: artifact.fileName };
  }

  /**
   * Has the sandbox's machines run this Consul, whichever version a program declares: nothing is downloaded from the
   * Internet here.
   *
   * @param program Consul's program for this computer
   * @returns what a program may declare in this sandbox
   * @throws SandboxError `unusable` when it is none
   */
  async publishConsul(program: string, options: { onProgress?: OnProgress } = {}): Promise<ConsulPublication> {
    const consul = await packConsul(this.layout, program);
    await this.ensureRunning(options);
    await this.#client().post("/consul", consul);
    return consulPublication(consul);
  }

  /**
   * Ends the daemon and with it every machine. What is declared stays on disk, unless `remove` deletes the folder.
   *
   * @returns whether a daemon ran.
   */
  async down(options: { remove?: boolean } = {}): Promise<boolean> {
    const record = liveRecord(this.layout);
    if (record) await endProcess(record, END_WITHIN_MS);
    if (options.remove) this.#remove();
    return record !== undefined;
  }

  #remove(): void {
    const { folder, settings } = this.layout;
    if (!existsSync(folder)) return;
    // Only a folder that a daemon has made its own: a wrong --folder must not cost anyone their files.
    if (!existsSync(settings)) {
      throw new SandboxError(
        "unusable",
        `${folder} is not a sandbox's folder (it has no settings.json): nothing removed`,
      );
    }
    acquireLock(folder);
    rmSync(folder, { recursive: true, force: true });
  }

  #client(): ControlClient {
    return new ControlClient(this.layout);
  }
}

/** The sandbox that lives in this folder. */
export function openSandbox(folder: string): Sandbox {
  return new Sandbox(folder);
}
