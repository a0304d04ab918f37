import type { MachineStatus } from "../../data-plane";
import { TENDED, type ControlPlane, type KubernetesObject } from "../control-plane";
import type { ClusterModel, PoolModel } from "./cluster-model";
import { declaredNodes, type DeclaredNode, type Taint } from "./declared-nodes";
import { drainNode } from "./drain";
import { follow } from "./follow";
import { upgradeNodes, type NodeActions } from "./node-upgrade";
import type { SubnetAddresses } from "./subnet-addresses";

const READY_WITHIN_SECONDS = 90;
/** So long waits a drain for each of its minutes: minutes are for pods whose containers exist. */
const DRAIN_MINUTE_MS = 2_000;
const NODES = "/api/v1/nodes";
/** Of taints that say what became of a node. */
const STATE_TAINT = "node.kubernetes.io/";

/** Which pool made a node: an id is too long for a label. */
const POOL_ID = "windows-ha/pool-id";

/** The nodes of a cluster: what its pools declare, and what becomes of it. */
export class ClusterNodes {
  readonly #known = new Map<string, KubernetesObject>();
  readonly #actions: NodeActions = {
    create: (nodes) => this.#create(nodes),
    remove: async (name, pool) => this.#remove(await this.plane.api.expect("GET", `${NODES}/${name}`), pool),
  };

  constructor(
    private readonly plane: ControlPlane,
    private readonly addresses: SubnetAddresses,
  ) {}

  /** Begins to know what the nodes do. */
  async watch(signal: AbortSignal): Promise<void> {
    for (const node of await this.plane.api.list(NODES)) this.#learn(node);
    void follow(
      this.plane.api,
      NODES,
      {
        onStart: () => this.#known.clear(),
        onEvent: (type, node) => {
          if (type === "DELETED") this.#known.delete(node.metadata.name);
          else this.#learn(node);
        },
      },
      signal,
    );
  }

  /**
   * Brings the nodes to what is declared: new ones first, then those that go are drained, then pools are upgraded.
   *
   * @throws AzureError when a node isn't ready, or a budget keeps its pods
   */
  async put(cluster: ClusterModel): Promise<void> {
    const { api } = this.plane;
    const declared = declaredNodes(cluster);
    const present = new Map((await api.list(NODES)).map((node) => [node.metadata.name, node]));
    const missing = declared.filter(({ name }) => !present.has(name));
    for (const node of declared) {
      const former = present.get(node.name);
      if (former) await this.#adapt(former, node);
    }
    await this.#create(missing);
    const kept = new Set(declared.map(({ name }) => name));
    const pools = new Map(cluster.pools.map((pool) => [pool.id, pool]));
    for (const node of [...present.values()].filter(({ metadata }) => !kept.has(metadata.name))) {
      await this.#remove(node, pools.get(poolOf(node)));
    }
    for (const pool of cluster.pools.filter(({ version }) => version !== undefined)) {
      const outdated = declared.filter((node) => node.pool === pool && isOutdated(present.get(node.name), node));
      if (outdated.length > 0) await upgradeNodes(cluster, pool, outdated, this.#actions);
    }
  }

  statuses(): MachineStatus[] {
    return [...this.#known.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).map(statusOf);
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** Nobody renews the node's lease any more, as if it had lost its power; or somebody does again. */
  async setPower(name: string, on: boolean): Promise<void> {
    this.#learn(
      await this.plane.api.merge(`${NODES}/${name}`, { metadata: { labels: { [TENDED]: on ? "yes" : null } } }),
    );
  }

  #learn(node: KubernetesObject): void {
    this.#known.set(node.metadata.name, node);
    this.addresses.adopt(node.metadata.name, addressOf(node));
  }

  /** @throws Error when one isn't ready in time */
  async #create(nodes: readonly DeclaredNode[]): Promise<void> {
    for (const node of nodes) await this.#make(node);
    await this.plane.until("the nodes are ready", READY_WITHIN_SECONDS, async () => {
      const ready = new Set((await this.plane.api.list(NODES)).filter(takesPods).map(({ metadata }) => metadata.name));
      return nodes.every(({ name }) => ready.has(name));
    });
  }

  async #make({ name, pool, labels, taints, kubeletVersion, capacity, allocatable }: DeclaredNode): Promise<void> {
    const address = this.addresses.take(name, pool.subnet);
    await this.plane.api.expect("POST", NODES, {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels: { ...labels, [TENDED]: "yes" }, annotations: { [POOL_ID]: pool.id } },
      spec: { taints },
      status: {
        addresses: [
          { type: "InternalIP", address },
          { type: "Hostname", address: name },
        ],
        capacity,
        allocatable,
        nodeInfo: nodeInfo(pool, kubeletVersion),
      },
    });
  }

  /** Labels and taints follow the pool; what others wrote on the node stays. */
  async #adapt(node: KubernetesObject, { pool, labels, taints }: DeclaredNode): Promise<void> {
    const present = taintsOf(node);
    const others = present.filter(({ key }) => key.startsWith(STATE_TAINT));
    const formerPool = node.metadata.annotations?.[POOL_ID] === pool.id;
    const changed = Object.entries(labels).some(([label, value]) => node.metadata.labels?.[label] !== value);
    const sameTaints =
      taints.length + others.length === present.length && taints.every((taint) => includes(present, taint));
    if (formerPool && !changed && sameTaints) return;
    await this.plane.api.merge(`${NODES}/${node.metadata.name}`, {
      metadata: { labels, annotations: { [POOL_ID]: pool.id } },
      spec: { taints: [...taints, ...others] },
    });
  }

  async #remove(node: KubernetesObject, pool: PoolModel | undefined): Promise<void> {
    const { name } = node.metadata;
    // A node that is lost already has nobody to end its pods.
    if (isTended(node)) await drainNode(this.plane.api, name, (pool?.drainTimeoutMinutes ?? 30) * DRAIN_MINUTE_MS);
    await this.plane.api.expect("DELETE", `${NODES}/${name}`);
    this.addresses.release(name);
  }
}

function nodeInfo({ os }: PoolModel, kubeletVersion: string): object {
  return {
    architecture: "amd64",
    operatingSystem: os,
    osImage: os === "windows" ? "Windows Server (kwok)" : "Linux (kwok)",
    kubeletVersion,
  };
}

function isOutdated(present: KubernetesObject | undefined, { kubeletVersion }: DeclaredNode): boolean {
  const { nodeInfo: info } = (present?.status ?? {}) as { nodeInfo?: { kubeletVersion: string } };
  return info !== undefined && info.kubeletVersion !== kubeletVersion;
}

function statusOf(node: KubernetesObject): MachineStatus {
  const on = isTended(node);
  const zone = node.metadata.labels?.["topology.kubernetes.io/zone"]?.split("-").at(-1);
  const { length: conditions } = (node.status["conditions"] ?? []) as object[];
  return {
    name: node.metadata.name,
    owner: poolOf(node),
    zone: zone === "0" ? undefined : zone,
    address: addressOf(node) ?? "-",
    power: !on ? "stopped" : isReady(node) ? "running" : "starting",
    health: isReady(node) ? "healthy" : conditions === 0 ? "unknown" : "unhealthy",
    version: undefined,
  };
}

function poolOf({ metadata }: KubernetesObject): string {
  return metadata.annotations?.[POOL_ID] ?? "";
}

function isTended({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[TENDED] === "yes";
}

function isReady({ status }: KubernetesObject): boolean {
  const conditions = (status["conditions"] ?? []) as { type: string; status: string }[];
  return conditions.some(({ type, status: state }) => type === "Ready" && state === "True");
}

/** Kubernetes taints a new node until a moment after it is ready: pods would be spread over fewer zones so long. */
function takesPods(node: KubernetesObject): boolean {
  return isReady(node) && !taintsOf(node).some(({ key }) => key.startsWith(STATE_TAINT));
}

function addressOf({ status }: KubernetesObject): string | undefined {
  const addresses = (status["addresses"] ?? []) as { type: string; address: string }[];
  return addresses.find(({ type }) => type === "InternalIP")?.address;
}

function taintsOf({ spec }: KubernetesObject): Taint[] {
  return (spec["taints"] ?? []) as Taint[];
}

function includes(taints: readonly Taint[], { key, value, effect }: Taint): boolean {
  return taints.some((other) => other.key === key && other.value === value && other.effect === effect);
}
