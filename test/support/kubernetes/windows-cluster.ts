import type { KubernetesManifest } from "@windows-ha/spec";
import { ClusterView } from "./cluster-view";
import { TENDED, testControlPlane, type Answer, type KubernetesObject, type TestPlane } from "./control-plane";

const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
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
export class WindowsCluster extends ClusterView {
  constructor(private readonly test = testControlPlane()) {
    super(test.plane.api);
  }

  get plane(): TestPlane["plane"] {
    return this.test.plane;
  }

  async start(): Promise<void> {
    await this.plane.start();
    for (const zone of ZONES) {
      await this.addNode(`linux-${zone.at(-1)}`, zone, "linux");
      await this.addNode(`win-${zone.at(-1)}a`, zone, "windows");
      await this.addNode(`win-${zone.at(-1)}b`, zone, "windows");
    }
    await this.plane.until("all nodes are ready", 30, async () => (await this.readyNodes()).length === 9);
  }

  async stop(): Promise<void> {
    await this.plane.stop();
    this.test.remove();
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
    const { status } = await this.api.call("POST", "/api/v1/nodes", {
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
    return this.api.call("PATCH", `${pathOf(manifest)}?${query}`, manifest, "application/apply-patch+yaml");
  }

  async applyAll(manifests: readonly KubernetesManifest[]): Promise<void> {
    for (const manifest of manifests) {
      const { status, body } = await this.apply(manifest);
      if (status > 201) throw new Error(`${manifest.kind}: ${status} ${body.message}`);
    }
  }

  /** Whether nodes take new pods. */
  async setSchedulable(isSchedulable: boolean): Promise<void> {
    for (const { metadata } of await this.list("/api/v1/nodes")) {
      await this.api.merge(`/api/v1/nodes/${metadata.name}`, { spec: { unschedulable: !isSchedulable } });
    }
  }

  /** Nobody renews the leases of the zone's nodes any more, as if it had lost its power. */
  async loseZone(zone: string): Promise<void> {
    for (const { metadata } of await this.list(`/api/v1/nodes?labelSelector=topology.kubernetes.io/zone=${zone}`)) {
      const patch = { metadata: { labels: { [TENDED]: null } } };
      await this.api.call("PATCH", `/api/v1/nodes/${metadata.name}`, patch, "application/merge-patch+json");
    }
  }
}

export function zoneOf(pod: KubernetesObject): string {
  return String(pod.spec["nodeName"]).replace(/^\w+-(\d)\w?$/, "$1");
}

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesManifest): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `${root}${place}/${PLURALS[kind]}/${name}`;
}
