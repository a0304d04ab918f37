import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { armName } from "../../azure/arm-id";
import type { ResourceStore } from "../../azure/resource-store";
import { MANAGED_CLUSTER, NOBODY } from "../../azure/types/managed-cluster";
import type { ClusterAccess, ClusterStatus, MachineStatus } from "../../data-plane";
import type { SandboxLayout } from "../../layout";
import { hostPlatform } from "../../machines/host-platform";
import { endLeftovers } from "../../machines/leftovers";
import { Turns } from "../../machines/turns";
import { API_PORT, findPrograms, MISSING_PROGRAMS_HINT, type ProgramFiles } from "../control-plane";
import { Cluster } from "./cluster";
import { readCluster } from "./cluster-model";

export interface ClustersOptions {
  layout: SandboxLayout;
  store: ResourceStore;
  /** The loopback address that stands for a cluster's API server. */
  addressOf: (id: string) => string;
  log: (line: string) => void;
  /** Where the programs are looked for. @default this process's */
  env?: NodeJS.ProcessEnv;
}

/** The clusters of Kubernetes that the emulated Azure declares, where their programs are on this computer. */
export class Clusters implements ClusterAccess {
  readonly #running = new Map<string, Cluster>();
  readonly #turns = new Turns();

  constructor(private readonly options: ClustersOptions) {}

  /** Brings back what is declared. One that doesn't come up leaves the others alone; the next update tries again. */
  async start(): Promise<void> {
    const { store, log } = this.options;
    await this.#removeUndeclared();
    const back = store
      .list(MANAGED_CLUSTER)
      .map(({ id }) => this.put(id).catch((error: Error) => log(`${id} doesn't come up: ${error.message}`)));
    await Promise.all(back);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((cluster) => cluster.stop()));
    await this.#turns.allOver();
    this.#running.clear();
  }

  /** Brings a cluster to what it and its pools declare. @throws Error when it doesn't come up */
  put(id: string): Promise<void> {
    return this.#turns.take(key(id), async () => {
      const model = readCluster(this.options.store, id);
      const programs = this.#programs();
      if (!model) return;
      if (!programs) {
        this.options.log(`${id} is declared only: ${MISSING_PROGRAMS_HINT}`);
        return;
      }
      let cluster = this.#running.get(key(id));
      if (!cluster) {
        const { addressOf, log } = this.options;
        cluster = new Cluster(model, { folder: this.#folderOf(id), address: addressOf(id), programs, log });
        this.#running.set(key(id), cluster);
      }
      await cluster.put(model);
    });
  }

  remove(id: string): Promise<void> {
    return this.#turns.take(key(id), async () => {
      await this.#running.get(key(id))?.stop();
      this.#running.delete(key(id));
      await rm(this.#folderOf(id), { recursive: true, force: true });
    });
  }

  list(): ClusterStatus[] {
    return [...this.#running.values()].map(({ id, server, kubeconfig }) => ({ name: armName(id), server, kubeconfig }));
  }

  accessOf(id: string): { server: string; authority: string } | undefined {
    const cluster = this.#running.get(key(id));
    return cluster && { server: cluster.server, authority: cluster.authority };
  }

  credentialOf(server: string): { token: string } | undefined {
    const cluster = [...this.#running.values()].find((candidate) => candidate.server === server);
    if (cluster) return { token: cluster.token };
    this.#refuseMissing(server);
    return undefined;
  }

  /** @throws Error for a server that should be one of ours. */
  #refuseMissing(server: string): void {
    const { host, hostname } = new URL(server);
    if (hostname.endsWith(NOBODY)) throw new Error(`there is no API server: ${MISSING_PROGRAMS_HINT}`);
    const declared = this.options.store.list(MANAGED_CLUSTER);
    const own = declared.find(({ id }) => host === `${this.options.addressOf(id)}:${API_PORT}`);
    if (!own) return;
    const why = this.#programs() ? "the sandbox's log (windows-ha sandbox logs) says why" : MISSING_PROGRAMS_HINT;
    throw new Error(`the cluster ${own.name} is declared, and its API server doesn't run: ${why}`);
  }

  nodes(): MachineStatus[] {
    return [...this.#running.values()].flatMap((cluster) => cluster.nodes());
  }

  /** The cluster that has a node of this name. */
  withNode(name: string): Cluster | undefined {
    return [...this.#running.values()].find((cluster) => cluster.hasNode(name));
  }

  #programs(): ProgramFiles | undefined {
    return hostPlatform() && findPrograms(this.options.env ?? process.env);
  }

  /** As AKS names the group of a cluster's nodes. */
  #folderOf(id: string): string {
    const [, , , , group, , , , name] = id.split("/");
    return join(this.options.layout.kubernetes, `${group}_${name}`.toLowerCase());
  }

  async #removeUndeclared(): Promise<void> {
    const { layout, store } = this.options;
    const declared = new Set(store.list(MANAGED_CLUSTER).map(({ id }) => this.#folderOf(id)));
    const left = folders(layout.kubernetes).filter((folder) => !declared.has(folder));
    for (const folder of left) {
      endLeftovers(folder);
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function folders(parent: string): string[] {
  try {
    return readdirSync(parent).map((name) => join(parent, name));
  } catch {
    return [];
  }
}

function key(id: string): string {
  return id.toLowerCase();
}
