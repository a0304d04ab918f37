import { agentBinary } from "@windows-ha/agent";
import { AzureError } from "../azure/azure-error";
import { ProfileEffects } from "../azure/profile";
import { MANAGED_CLUSTER } from "../azure/types/managed-cluster";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { DataPlane, FrontEndStatus, MachineStatus } from "../data-plane";
import type { SandboxLayout } from "../layout";
import { FlowLogs } from "../flow-logs";
import { Clusters } from "../kubernetes/clusters";
import { LoadBalancers } from "../load-balancer";
import {
  AccessTokens,
  StoredBlobFiles,
  StoredGalleryPackages,
  WrittenBlobs,
  type BlobFiles,
  type GalleryPackages,
} from "../storage";
import { SecretVersions, Vaults } from "../vault";
import { AddressBook } from "./address-book";
import { consulHere } from "./consul-here";
import { requireHost, type HostPlatform } from "./host-platform";
import { pruneDisks } from "./linux-system";
import type { Machine } from "./machine";
import type { GalleryVersion } from "./machine-applications";
import type { DataPlaneSettings, MachineContext } from "./machine-context";
import { PlaneState } from "./plane-state";
import { preflightProblems } from "./preflight";
import { noSuchMachine, ScaleSet } from "./scale-set";
import { Turns } from "./turns";
import { readMachines, SCALE_SET, VIRTUAL_MACHINE } from "./virtual-machine-model";

export interface DataPlaneOptions {
  layout: SandboxLayout;
  /** Looked at whenever something is needed, so that files published later are found. */
  settings: DataPlaneSettings;
  store: ResourceStore;
  /** How long a machine's deletion waits for the machine. @default the one of an empty profile */
  profile?: Pick<ProfileEffects, "terminateNoticeMs">;
  /** What machines get tokens from. @default one of its own */
  tokens?: AccessTokens;
  log: (message: string) => void;
  /** File of the agent that is a machine's init process. @default the one of `@windows-ha/agent` */
  agentFile?: (host: HostPlatform) => string;
}

/** The data plane, and a way to wait for what goes on in its background. */
export interface SandboxDataPlane extends DataPlane {
  /** Resolves when all work so far is over and all changes so far are in effect. */
  settled(): Promise<void>;
}

export function createDataPlane(options: DataPlaneOptions): SandboxDataPlane {
  return new ProcessDataPlane(options);
}

class ProcessDataPlane implements SandboxDataPlane {
  readonly blobs: BlobFiles;
  readonly packages: GalleryPackages;
  readonly secrets: SecretVersions;
  readonly clusters: Clusters;
  readonly #vaults: Vaults;
  readonly #state: PlaneState;
  readonly #addresses: AddressBook;
  readonly #balancers: LoadBalancers;
  readonly #flowLogs: FlowLogs;
  readonly #scaleSets = new Map<string, ScaleSet>();
  readonly #turns = new Turns();
  readonly #context: MachineContext;
  #ending = new AbortController();
  #started: Promise<void> | undefined;

  constructor(private readonly options: DataPlaneOptions) {
    const { layout, settings, store, log } = options;
    this.blobs = new StoredBlobFiles(options);
    this.#state = new PlaneState(layout.dataPlane, settings.block);
    this.#addresses = new AddressBook(this.#state);
    this.secrets = new SecretVersions(layout);
    const tokens = options.tokens ?? new AccessTokens(store);
    this.packages = new StoredGalleryPackages({ layout, store, tokens });
    this.#vaults = new Vaults({
      store,
      tokens,
      log,
      versions: this.secrets,
      addressOf: (vault) => this.#addresses.allocate(vault),
    });
    this.clusters = new Clusters({ layout, store, log, addressOf: (id) => this.#addresses.allocate(id) });
    this.#flowLogs = new FlowLogs({ store, log, folder: layout.storage });
    this.#balancers = new LoadBalancers({
      store,
      log,
      machines: () => this.#all().map((machine) => machine.backEnd()),
      refused: (flow) => this.#flowLogs.refused(flow),
      non200AtOnce: settings.non200AtOnce ?? false,
    });
    const profile = options.profile ?? new ProfileEffects();
    const agentFile = options.agentFile ?? prebuiltAgent();
    this.#context = {
      layout,
      settings,
      log,
      tokens,
      vaults: this.#vaults,
      consulHere: (record) =>
        consulHere(record, {
          settings,
          addresses: this.#addresses,
          host: requireHost(),
          localUrl: (url) => this.localUrl(url),
        }),
      galleryVersion: (id) =>
        (store.get(id)?.inputs as { publishingProfile?: GalleryVersion } | undefined)?.publishingProfile,
      terminateNoticeMs: () => profile.terminateNoticeMs(),
      host: requireHost,
      agentFile: () => agentFile(requireHost()),
      ending: () => this.#ending.signal,
      save: () => this.#state.save(),
      changed: () => this.#balancers.changed(),
    };
    for (const record of this.#state.scaleSets) {
      this.#scaleSets.set(key(record.id), new ScaleSet(record, this.#addresses, this.#context));
    }
  }

  start(): Promise<void> {
    return (this.#started ??= this.#start());
  }

  async stop(): Promise<void> {
    const started = this.#started;
    if (!started) return;
    this.#ending.abort(new Error("the sandbox ends"));
    const clusters = this.clusters.stop();
    await started.catch(() => undefined);
    await Promise.all([clusters, ...[...this.#scaleSets.values()].map((scaleSet) => scaleSet.stop())]);
    await this.#turns.allOver();
    this.options.store.off("changed", this.#prune);
    await this.#balancers.stop();
    this.#flowLogs.stop();
    await this.#vaults.stop();
    this.#started = undefined;
  }

  allocateAddress(owner: string): string {
    return this.#addresses.allocate(owner);
  }

  releaseAddress(owner: string): void {
    this.#addresses.release(owner);
  }

  localUrl(url: string): string | undefined {
    return this.#vaults.localUrl(url) ?? this.blobs.localUrl(url, this.options.store);
  }

  preflight(resource: Pick<StoredResource, "type" | "name" | "inputs">): string[] {
    return preflightProblems(resource, this.options);
  }

  async putMachines(owner: StoredResource): Promise<void> {
    if (owner.type === MANAGED_CLUSTER) return this.clusters.put(owner.id);
    await this.#turns.take(key(owner.id), async () => {
      const model = readMachines(owner, this.options.store);
      if (model.single) this.#refuseSecond(model.single.name, owner.id);
      const record = this.#state.addScaleSet(owner.id);
      let scaleSet = this.#scaleSets.get(key(owner.id));
      if (!scaleSet) {
        scaleSet = new ScaleSet(record, this.#addresses, this.#context);
        this.#scaleSets.set(key(owner.id), scaleSet);
      }
      await scaleSet.put(model);
    });
    await this.#balancers.settled();
  }

  async deleteMachines({ id, type }: Pick<StoredResource, "id" | "type">): Promise<void> {
    if (type === MANAGED_CLUSTER) {
      await this.clusters.remove(id);
      return this.releaseAddress(id);
    }
    await this.#turns.take(key(id), () => this.#remove(id));
    await this.#balancers.settled();
  }

  machines(): MachineStatus[] {
    return [...this.#all().map((machine) => machine.status()), ...this.clusters.nodes()];
  }

  frontEnds(): FrontEndStatus[] {
    return this.#balancers.status();
  }

  async stopMachine(name: string): Promise<void> {
    const cluster = this.clusters.withNode(name);
    if (cluster) return cluster.setPower(name, false);
    const { machine } = this.#find(name);
    this.options.log(`${name}: power off`);
    await machine.cutPower(true);
    await this.#balancers.settled();
  }

  async startMachine(name: string): Promise<void> {
    const cluster = this.clusters.withNode(name);
    if (cluster) return cluster.setPower(name, true);
    const { machine, scaleSet } = this.#find(name);
    await machine.boot();
    const declared = this.options.store.get(machine.owner);
    const model = declared && readMachines(declared, this.options.store);
    // An upgrade passed it by while it had no power.
    const missed = model && model.upgrade.mode !== "Manual" ? model.machine : undefined;
    void this.#turns.take(key(machine.owner), () => scaleSet.finish([machine], missed));
    await this.#balancers.settled();
  }

  machineLogs(name: string): { name: string; file: string }[] {
    return this.clusters.withNode(name)?.logs() ?? this.#find(name).machine.folder.logs();
  }

  async settled(): Promise<void> {
    await this.#turns.allOver();
    await this.#balancers.settled();
  }

  async #start(): Promise<void> {
    this.#ending = new AbortController();
    await this.#removeUndeclared();
    this.options.store.on("changed", this.#prune);
    this.#prune();
    this.#flowLogs.start();
    await this.#balancers.start();
    await this.#vaults.start();
    const machines = [...this.#scaleSets].map(([id, scaleSet]) => this.#turns.take(id, () => scaleSet.start()));
    await Promise.all([this.clusters.start(), ...machines]);
    for (const [id, scaleSet] of this.#scaleSets) void this.#turns.take(id, () => scaleSet.finish());
    await this.#balancers.settled();
  }

  /** What lies on disk for resources that aren't declared any more. */
  readonly #prune = (): void => {
    const { layout, store, log } = this.options;
    Promise.all([pruneDisks(layout, store), new WrittenBlobs(layout).prune(store)]).catch((error: Error) =>
      log(`what a deleted resource left can't be removed: ${error.message}`),
    );
  };

  #all(): Machine[] {
    return [...this.#scaleSets.values()].flatMap((scaleSet) => scaleSet.machines);
  }

  #find(name: string): { machine: Machine; scaleSet: ScaleSet } {
    for (const scaleSet of this.#scaleSets.values()) {
      const machine = scaleSet.machines.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      if (machine) return { machine, scaleSet };
    }
    throw noSuchMachine(name, this.#all());
  }

  /** Machines are named by their computers' names here, which Azure would take twice. */
  #refuseSecond(name: string, owner: string): void {
    const other = this.#all().find((machine) => machine.name.toLowerCase() === name.toLowerCase());
    if (!other || key(other.owner) === key(owner)) return;
    throw new AzureError(
      "Conflict",
      `A sandbox has one machine of a name, and ${name} belongs to ${other.owner}. Give another computerName.`,
    );
  }

  async #remove(id: string): Promise<void> {
    await this.#scaleSets.get(key(id))?.remove();
    this.#scaleSets.delete(key(id));
    this.#state.removeScaleSet(id);
  }

  /** Machines of a scale set whose creation was interrupted before Azure knew it belong to nobody. */
  async #removeUndeclared(): Promise<void> {
    const { store } = this.options;
    const owners = [...store.list(SCALE_SET), ...store.list(VIRTUAL_MACHINE)];
    const declared = new Set(owners.map(({ id }) => key(id)));
    for (const { id } of this.#state.scaleSets.filter((record) => !declared.has(key(record.id)))) {
      this.options.log(`${id} isn't declared any more: its machines are deleted`);
      await this.#remove(id);
    }
  }
}

/** The agent of `@windows-ha/agent`; it is hashed at each look, so one look has to do. */
function prebuiltAgent(): (host: HostPlatform) => string {
  let file: string | undefined;
  return (host) => (file ??= agentBinary(host).file);
}

function key(id: string): string {
  return id.toLowerCase();
}
