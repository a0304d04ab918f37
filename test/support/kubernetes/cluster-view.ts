import type { ApiClient } from "../../../packages/sandbox/dist/kubernetes/control-plane";
import type { KubernetesObject } from "./control-plane";

/** What tests look at in a cluster, whoever made it. */
export class ClusterView {
  constructor(readonly api: ApiClient) {}

  async list(path: string): Promise<KubernetesObject[]> {
    return (await this.api.call("GET", path)).body.items ?? [];
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

  /** How many pods of a namespace's budget may go now. */
  async disruptionsAllowed(namespace: string): Promise<number> {
    const [budget] = await this.list(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`);
    return budget!.status["disruptionsAllowed"] as number;
  }

  /** What `kubectl drain` does with each pod; 429 says that a budget keeps it. */
  async evict({ metadata: { name, namespace } }: KubernetesObject): Promise<number> {
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    return (await this.api.call("POST", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, eviction)).status;
  }

  /** What the scheduler says about a pod that finds no node. */
  async reasonOfPending(namespace: string): Promise<string> {
    const [pod] = (await this.pods(namespace)).filter(({ status }) => status["phase"] === "Pending");
    const conditions = (pod?.status["conditions"] ?? []) as { type: string; message?: string }[];
    return conditions.find(({ type }) => type === "PodScheduled")?.message ?? "";
  }
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
