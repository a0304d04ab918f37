import { type ApiObject, type ObjectAddress } from "../api-object";
import type { ClusterClient } from "../cluster-client";
import { conditionOf, podTroubles, warningsAbout } from "./pods";
import { NotReady, until, type Progress, type WaitOptions } from "./until";

interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
}

/** Waits until the new pods have taken the place of all former ones. @throws NotReady with what pods and events say */
export async function deploymentReady(
  client: ClusterClient,
  address: ObjectAddress,
  options: WaitOptions,
): Promise<void> {
  let labels: Record<string, string> = {};
  const look = async (): Promise<Progress> => {
    const deployment = await client.get(address);
    if (!deployment) return { isReady: false, isHopeless: true, waitingFor: "somebody deleted it meanwhile" };
    labels = (deployment["spec"] as { selector: { matchLabels?: Record<string, string> } }).selector.matchLabels ?? {};
    const progress = rollout(deployment);
    if (progress.isReady) return progress;
    const troubles = await podTroubles(client, address.namespace!, labels);
    return { ...progress, waitingFor: [progress.waitingFor, ...troubles].join("; ") };
  };
  try {
    await until(look, options);
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const warnings = await warningsAbout(client, address.namespace!, address.name);
    throw new NotReady(error.why, error.progress, [error.message, ...warnings].join("\n  "));
  }
}

/** As `kubectl rollout status` sees it. */
function rollout(deployment: ApiObject): Progress {
  const { replicas: wanted = 1 } = deployment["spec"] as { replicas?: number };
  const {
    observedGeneration = 0,
    replicas = 0,
    updatedReplicas = 0,
    availableReplicas = 0,
  } = (deployment["status"] ?? {}) as DeploymentStatus;
  if (observedGeneration < deployment.metadata.generation!) return notYet("Kubernetes has not seen the change yet");

  const progressing = conditionOf(deployment, "Progressing");
  const failed = conditionOf(deployment, "ReplicaFailure");
  const refused = failed?.status === "True" ? `; pods are refused (${failed.reason}): ${failed.message}` : "";
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    return {
      ...notYet(`no progress within its progressDeadlineSeconds: ${progressing.message}${refused}`),
      isHopeless: true,
    };
  }
  if (updatedReplicas < wanted) return notYet(`${updatedReplicas} of ${wanted} pods are of the new version${refused}`);
  if (replicas > updatedReplicas) return notYet(`${replicas - updatedReplicas} former pods have not ended yet`);
  if (availableReplicas < wanted) return notYet(`${availableReplicas} of ${wanted} pods are available`);
  return { isReady: true, waitingFor: "" };
}

function notYet(waitingFor: string): Progress {
  return { isReady: false, waitingFor };
}
