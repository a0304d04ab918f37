import { setTimeout as sleep } from "node:timers/promises";
import { AzureError } from "../../azure/azure-error";
import type { ApiClient, KubernetesObject } from "../control-plane";

const ASK_AGAIN_AFTER_MS = 300;

/**
 * Takes the pods off a node before it goes, as AKS does: no new ones, and those that are there by evictions, which
 * budgets may keep.
 *
 * @throws AzureError when a budget keeps a pod for too long
 */
export async function drainNode(api: ApiClient, node: string, withinMs: number): Promise<void> {
  await api.merge(`/api/v1/nodes/${node}`, { spec: { unschedulable: true } });
  const deadline = Date.now() + withinMs;
  for (let kept = ""; ; await sleep(ASK_AGAIN_AFTER_MS)) {
    const pods = await evictable(api, node);
    if (pods.length === 0) return;
    for (const pod of pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
      kept = (await evict(api, pod)) ?? kept;
    }
    if (Date.now() > deadline) {
      throw new AzureError(
        "PodDrainFailure",
        `Drain of node ${node} did not finish: ${kept || `pods ${pods.map(({ metadata }) => metadata.name).join(", ")} don't end`}`,
      );
    }
  }
}

/** Pods that another node may have instead: those of a DaemonSet belong to the node. */
async function evictable(api: ApiClient, node: string): Promise<KubernetesObject[]> {
  const pods = await api.list(`/api/v1/pods?fieldSelector=spec.nodeName=${node}`);
  return pods.filter(
    ({ metadata, status }) =>
      !metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet") &&
      status["phase"] !== "Succeeded" &&
      status["phase"] !== "Failed",
  );
}

/** @returns why it isn't allowed now */
async function evict(api: ApiClient, { metadata: { name, namespace } }: KubernetesObject): Promise<string | undefined> {
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const { status, body } = await api.call("POST", path, eviction);
  return status < 300 || status === 404 ? undefined : `pod ${namespace}/${name}: ${body.message}`;
}
