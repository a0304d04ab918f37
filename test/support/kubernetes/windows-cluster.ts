import type { KubernetesManifest } from "@windows-ha/spec";
import { ControlPlane, TENDED, type Answer, type KubernetesObject } from "./control-plane";

const PLURALS: Readonly<Record<string, string>> = {
  Deployment: "deployments",
  HorizontalPodAutoscaler: "horizontalpodautoscalers",
  ConfigMap: "configmaps",
  Namespace: "namespaces",
  Service: "services",
  ServiceAccount: "serviceaccounts",
  NetworkPolicy: "networkpolicies",
  PodDisruptionBudget: "poddisruptionbudgets",
  Role: "roles",
  RoleBinding: "rolebindings",
};

export const ZONES = ["westeurope-1", "westeurope-2", "westeurope-3"] as const;

/** A cluster as AKS makes it: system nodes with Linux, Windows nodes with the label of their build and AKS' taint. */
export class WindowsCluster {
  readonly plane = new ControlPlane();

  async start(): Promise<void> {
    await this.plane.start();
    for (const zone of ZONES) {
      await this.addNode(`linux-${zone.at(-1)}`, zone, "linux");
      await this.addNode(`win-${zone.at(-1)}a`, zone, "windows");
      await this.addNode(`win-${zone.at(-1)}b`, zone, "windows");
    }
    await this.plane.until("all nodes are ready", 30, async () => (await this.readyNodes()).length === 9);
  }

  stop(): Promise<void> {
    return this.plane.stop();
  }

  async addNode(name: string, zone: string, os: "linux" | "windows", build = "10.0.20348"): Promise<void> {
    const labels = {
      [TENDED]: "yes",
      "kubernetes.io/os": os,
      "kubernetes.io/hostname": name,
      "topology.kubernetes.io/zone": zone,
      ...(os === "windows" && { "node.kubernetes.io/windows-build": build }),
    };
    const room = { cpu: "4", memory: "16Gi", pods: "30" };
    const { status } = await this.plane.call("POST", "/api/v1/nodes", {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels },
      spec: os === "windows" ? { taints: [{ key: "os", value: "windows", effect: "NoSchedule" }] } : {},
      status: { allocatable: room, capacity: room, nodeInfo: { operatingSystem: os, architecture: "amd64" } },
    });
    if (status !== 201) throw new Error(`node ${name}: ${status}`);
  }

  /** By server-side apply, as Pulumi does it; an API server refuses fields that it doesn't know. */
  apply(manifest: KubernetesManifest, { dryRun = false } = {}): Promise<Answer> {
    const query = `fieldManager=test&force=true&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
    return this.plane.call("PATCH", `${pathOf(manifest)}?${query}`, manifest, "application/apply-patch+yaml");
  }

  async applyAll(manifests: readonly KubernetesManifest[]): Promise<void> {
    for (const manifest of manifests) {
      const { status, body } = await this.apply(manifest);
      if (status > 201) throw new Error(`${manifest.kind}: ${status} ${body.message}`);
    }
  }

  async list(path: string): Promise<KubernetesObject[]> {
    return (await this.plane.call("GET", path)).body.items ?? [];
  }

  async readyNodes(): Promise<string[]> {
    return (await this.list("/api/v1/nodes")).filter((node) => isReady(node)).map(({ metadata }) => metadata.name);
  }

  pods(namespace: string): Promise<KubernetesObject[]> {
    return this.list(`/api/v1/namespaces/${namespace}/pods`);
  }

  async runningPods(namespace: string): Promise<KubernetesObject[]> {
    return (await this.pods(namespace)).filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined);
  }

  /** Addresses that get connections. */
  async endpoints(namespace: string): Promise<string[]> {
    const slices = await this.list(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`);
    return slices.flatMap((slice) => {
      const { endpoints = [] } = slice as unknown as {
        endpoints?: { addresses: string[]; conditions: { ready?: boolean } }[];
      };
      return endpoints.filter(({ conditions }) => conditions.ready).flatMap(({ addresses }) => addresses);
    });
  }

  /** Nobody renews the leases of the zone's nodes any more, as if it had lost its power. */
  async loseZone(zone: string): Promise<void> {
    for (const { metadata } of await this.list(`/api/v1/nodes?labelSelector=topology.kubernetes.io/zone=${zone}`)) {
      const patch = { metadata: { labels: { [TENDED]: null } } };
      await this.plane.call("PATCH", `/api/v1/nodes/${metadata.name}`, patch, "application/merge-patch+json");
    }
  }

  /** What `kubectl drain` does with each pod; 429 says that a budget keeps it. */
  async evict({ metadata: { name, namespace } }: KubernetesObject): Promise<number> {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    return (await this.plane.call("POST", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, eviction)).status;
  }

  /** What the scheduler says about a pod that finds no node. */
  async reasonOfPending(namespace: string): Promise<string> {
    const [pod] = (await this.pods(namespace)).filter(({ status }) => status["phase"] === "Pending");
    const conditions = (pod?.status["conditions"] ?? []) as { type: string; message?: string }[];
    return conditions.find(({ type }) => type === "PodScheduled")?.message ?? "";
  }
}

export function zoneOf(pod: KubernetesObject): string {
  return String(pod.spec["nodeName"]).replace(/^\w+-(\d)\w?$/, "$1");
}

/** Kubernetes taints a node until a moment after it is ready, and a spread that honours taints leaves it out so long. */
function isReady({ spec, status }: KubernetesObject): boolean {
  const conditions = (status["conditions"] ?? []) as { type: string; status: string }[];
  const taints = (spec["taints"] ?? []) as { key: string }[];
  return (
    conditions.some(({ type, status: state }) => type === "Ready" && state === "True") &&
    !taints.some(({ key }) => key.startsWith("node.kubernetes.io/"))
  );
}

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesManifest): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `${root}${place}/${PLURALS[kind]}/${name}`;
}
