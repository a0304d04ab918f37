import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AzureError } from "../azure/azure-error";
import type { MachineStatus } from "../data-plane";
import type { BackEndMachine } from "../load-balancer";
import { ScheduledEvents, startMetadataServer, type MetadataServer } from "../storage";
import { serviceVersion } from "./agent-status";
import { HealthWatch, isHealthExtension, readHealthSettings, type MachineHealth } from "./health-extension";
import { HostInit } from "./host-init";
import { endLeftovers } from "./leftovers";
import { LinuxSystem } from "./linux-system";
import type { MachineContext } from "./machine-context";
import { MachineApplications } from "./machine-applications";
import { MachineExtensions } from "./machine-extensions";
import { MachineFolder } from "./machine-folder";
import type { InstanceRecord } from "./plane-state";
import { fingerprint, type Extension, type MachineModel } from "./scale-set-model";

/** One machine: a folder, an address, an init process while it has power, and what its extensions did. */
export class Machine {
  readonly folder: MachineFolder;
  readonly #extensions: MachineExtensions;
  readonly #applications: MachineApplications;
  readonly #linux: LinuxSystem | undefined;
  #init: HostInit | undefined;
  #metadata: MetadataServer | undefined;
  /** Of this boot: a machine that came up has to ask once more. */
  #events: ScheduledEvents;
  #booting: Promise<void> | undefined;
  #boots = 0;
  #applying = false;
  #version: string | undefined;
  #health: HealthWatch | undefined;
  /** Why the power went, when nobody asked for it. */
  #lostPower: string | undefined;
  /** Aborted when the power goes. */
  #power = new AbortController();

  constructor(
    readonly record: InstanceRecord,
    /** ARM id of its scale set, or of itself. */
    readonly owner: string,
    private readonly context: MachineContext,
  ) {
    this.folder = new MachineFolder(join(context.layout.machines, record.name));
    const environment = () => this.#environment();
    const { linux } = record.model;
    const system = linux && new LinuxSystem(linux, record, context, { folder: this.folder, environment });
    this.#linux = system;
    this.#extensions = new MachineExtensions(record, context, {
      folder: this.folder.customScript,
      environment,
      ...(system ? { firstBoot: () => system.firstBoot() } : {}),
    });
    this.#applications = new MachineApplications(record, context, { folder: this.folder.applications, environment });
    this.#events = new ScheduledEvents(record.name);
  }

  get name(): string {
    return this.record.name;
  }

  get powered(): boolean {
    return this.#init !== undefined;
  }

  /** Without a health extension a machine counts as healthy while it has power. */
  get health(): MachineHealth {
    return this.#health?.state ?? (this.powered && !this.#healthExtension() ? "healthy" : "unknown");
  }

  /** Whether there is nothing here yet that an upgrade could interrupt. */
  get neverServed(): boolean {
    const installers = [this.#extensions, this.#applications];
    return installers.some(({ declared }) => declared) && !installers.some(({ everSucceeded }) => everSucceeded);
  }

  /** Whether the machine has still to come to this model. */
  needs(model: MachineModel): boolean {
    return (
      fingerprint(this.record.model) !== fingerprint(model) ||
      this.#extensions.pending().length > 0 ||
      this.#applications.unfinished
    );
  }

  /** Turns the power on. @throws AzureError when the machine doesn't come up. */
  async boot(): Promise<void> {
    if (this.#init) return;
    this.#booting ??= this.#turnOn().finally(() => (this.#booting = undefined));
    await this.#booting;
  }

  /** Cuts the power. @param off whether it stays off when the sandbox starts again */
  async cutPower(off: boolean): Promise<void> {
    await this.#booting?.catch(() => undefined);
    if (off) {
      this.record.off = true;
      this.context.save();
    }
    const init = this.#init;
    if (!init) return;
    this.#withoutPower();
    await init.cut();
  }

  /** Announces the machine's deletion, if its model says so and it listens, and waits until it may begin. */
  async announceRemoval(): Promise<void> {
    const { record, context } = this;
    const { terminateNoticeSeconds } = record.model;
    if (terminateNoticeSeconds === undefined || !this.powered || !this.#events.enabled) return;
    const noticeMs = Math.min(terminateNoticeSeconds * 1000, context.terminateNoticeMs());
    context.log(`${record.name} will be deleted: announced, at most ${noticeMs / 1000} s before`);
    const how = await this.#events.terminate(noticeMs, AbortSignal.any([context.ending(), this.#power.signal]));
    context.log(`${record.name}: the announcement ${how === "approved" ? "is approved" : how}`);
  }

  async remove(): Promise<void> {
    await this.cutPower(false);
    await rm(this.folder.path, { recursive: true, force: true });
  }

  /**
   * Brings the machine to a model: its applications change to the versions that it names, and its extensions run where
   * their settings changed or where they haven't succeeded.
   * @throws AzureError when one fails; those after it don't run.
   */
  async apply(model: MachineModel): Promise<void> {
    const { record, context } = this;
    record.model = model;
    this.#extensions.forgetRemoved();
    context.save();
    context.changed();
    if (!this.powered) {
      throw new AzureError("OperationNotAllowed", `The VM '${record.name}' has no power, so its extensions can't run.`);
    }
    this.#watchHealth();
    this.#applying = true;
    try {
      const { signal } = this.#power;
      await this.#applications.run(signal);
      for (const extension of this.#extensions.pending()) await this.#extensions.run(extension, signal);
    } finally {
      this.#applying = false;
      await this.#readVersion();
    }
  }

  /** Waits for answers of the health extension that are younger than this call. */
  async freshHealth(signal: AbortSignal): Promise<MachineHealth> {
    if (!this.#health) return this.health;
    const { graceMs, intervalMs, numberOfProbes } = this.#health.settings;
    return this.#health.fresh(graceMs + intervalMs * numberOfProbes, AbortSignal.any([signal, this.#power.signal]));
  }

  status(): MachineStatus {
    const { name, zone, address } = this.record;
    const failure = this.#linux?.failure ?? this.#extensions.failure ?? this.#applications.failure;
    const busy = this.#booting !== undefined || this.#applying || this.#linux?.isInstalling === true;
    const power = busy ? "starting" : !this.powered ? "stopped" : failure === undefined ? "running" : "failed";
    const message = power === "failed" ? failure : power === "stopped" ? this.#lostPower : undefined;
    return {
      name,
      owner: this.owner,
      zone,
      address,
      power,
      health: this.health,
      version: this.#version,
      ...(message === undefined ? {} : { message }),
    };
  }

  backEnd(): BackEndMachine {
    const { name, address, model } = this.record;
    return { name, address, powered: this.powered, boot: this.#boots, interfaces: model.interfaces };
  }

  async #turnOn(): Promise<void> {
    const { record, context } = this;
    const began = performance.now();
    record.off = false;
    context.save();
    const init = await this.#initProcess();
    this.#init = init;
    void init.ended.then((how) => this.#ended(init, how));
    this.#boots++;
    this.#power = new AbortController();
    this.#lostPower = undefined;
    this.#watchHealth();
    this.#linux?.start(this.#power.signal);
    context.log(`${record.name} booted on ${record.address} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    context.changed();
    await this.#readVersion();
  }

  async #initProcess(): Promise<HostInit> {
    const { record, context } = this;
    try {
      context.ending().throwIfAborted();
      await mkdir(this.folder.root, { recursive: true });
      const ended = endLeftovers(this.folder.root);
      if (ended > 0) context.log(`${record.name}: ended ${ended} processes that an earlier sandbox left`);
      await this.#linux?.mount();
      this.#events = new ScheduledEvents(record.name);
      this.#metadata = await startMetadataServer(record.address, {
        name: record.name,
        owner: this.owner,
        ...(record.zone === undefined ? {} : { zone: record.zone }),
        osType: this.#linux ? "Linux" : "Windows",
        tokens: context.tokens,
        events: this.#events,
      });
      const init = await HostInit.boot({
        file: context.agentFile(),
        env: this.#environment(),
        cwd: this.folder.path,
        console: this.folder.console,
      });
      if (context.ending().aborted) await init.cut();
      context.ending().throwIfAborted();
      return init;
    } catch (error) {
      this.#metadata?.close();
      throw new AzureError(
        "OSProvisioningClientError",
        `OS provisioning for VM '${record.name}' failed. Error details: ${(error as Error).message}`,
      );
    }
  }

  /** The whole environment of the machine's processes: nothing of the user's own shows in it. */
  #environment(): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      HOME: this.folder.root,
      WINDOWS_HA_ROOT: this.folder.root,
      WINDOWS_HA_HOST_ADDRESS: this.record.address,
      COMPUTERNAME: this.record.name,
      ...(this.#metadata ? { WINDOWS_HA_METADATA_ADDRESS: this.#metadata.address } : {}),
    };
  }

  #healthExtension(): Extension | undefined {
    return this.record.model.extensions.find(isHealthExtension);
  }

  /** Follows the model's health extension: its settings may have changed, or the extension gone. */
  #watchHealth(): void {
    const extension = this.#healthExtension();
    const settings = extension && readHealthSettings(extension);
    if (this.#health && settings && fingerprint(this.#health.settings) === fingerprint(settings)) return;
    this.#health?.stop();
    this.#health = settings && this.powered ? new HealthWatch(settings, this.record.address) : undefined;
  }

  async #readVersion(): Promise<void> {
    this.#version = this.powered
      ? await serviceVersion(this.context.agentFile(), this.#environment(), this.#power.signal)
      : undefined;
  }

  #ended(init: HostInit, how: string): void {
    if (this.#init !== init) return;
    this.#lostPower = `its init process ended by itself: ${how}`;
    this.context.log(`${this.record.name} lost its power: ${this.#lostPower}`);
    this.#withoutPower();
  }

  #withoutPower(): void {
    this.#init = undefined;
    this.#metadata?.close();
    this.#metadata = undefined;
    this.#version = undefined;
    this.#power.abort();
    this.#health?.stop();
    this.#health = undefined;
    this.context.changed();
  }
}
