import type { ApiObject } from "../api-object";
import type { ClusterClient } from "../cluster-client";

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  state?: {
    waiting?: { reason?: string; message?: string };
    terminated?: { reason?: string; exitCode?: number; message?: string };
  };
}

interface PodStatus {
  phase?: string;
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

/** Reasons of a container that is only slow. */
const STARTING = new Set(["ContainerCreating", "PodInitializing"]);
/** So many events say enough. */
const EVENTS_SHOWN = 5;

export function conditionOf(object: ApiObject, type: string): Condition | undefined {
  const { conditions = [] } = (object["status"] ?? {}) as { conditions?: Condition[] };
  return conditions.find((condition) => condition.type === type);
}

/** Why the pods that labels select don't run, each reason once. */
export async function podTroubles(
  client: ClusterClient,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<string[]> {
  const selector = encodeURIComponent(
    Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(","),
  );
  const pods = await client.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`);
  const unready = pods.filter((pod) => conditionOf(pod, "Ready")?.status !== "True");
  return [...new Set(unready.flatMap(troublesOf))];
}

function troublesOf(pod: ApiObject): string[] {
  const { containerStatuses = [], initContainerStatuses = [] } = (pod["status"] ?? {}) as PodStatus;
  const scheduled = conditionOf(pod, "PodScheduled");
  const place =
    scheduled?.status === "False" ? [`pod has no node (${scheduled.reason}): ${scheduled.message ?? ""}`.trim()] : [];
  return [...place, ...[...initContainerStatuses, ...containerStatuses].flatMap(containerTrouble)];
}

function containerTrouble({ name, state }: ContainerStatus): string[] {
  const { waiting, terminated } = state ?? {};
  if (waiting?.reason && !STARTING.has(waiting.reason)) {
    return [`container ${name}: ${waiting.reason}${waiting.message ? `: ${waiting.message}` : ""}`];
  }
  if (terminated && terminated.exitCode !== 0) {
    return [`container ${name} ended with ${terminated.exitCode} (${terminated.reason ?? "Error"})`];
  }
  return [];
}

/** The newest warnings about an object and what it made: replica sets and pods begin with its name. */
export async function warningsAbout(client: ClusterClient, namespace: string, name: string): Promise<string[]> {
  const events = await client.list(`/api/v1/namespaces/${namespace}/events?fieldSelector=type%3DWarning`);
  const texts = events
    .map(
      (event) =>
        event as unknown as { involvedObject: { kind: string; name: string }; reason: string; message: string },
    )
    .filter(({ involvedObject }) => involvedObject.name === name || involvedObject.name.startsWith(`${name}-`))
    .map(
      ({ involvedObject, reason, message }) => `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`,
    );
  return [...new Set(texts)].slice(-EVENTS_SHOWN);
}
