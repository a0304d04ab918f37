import { DEFAULTS } from "../../defaults";
import type { WindowsWorkloadSpec } from "../workload";
import type { KubernetesManifest } from "./manifest";
import { metadataOf, workloadNames } from "./names";

/** What drains of nodes leave running. Pods that aren't ready hold no drain up: nobody is served by them. */
export function disruptionBudget(workload: WindowsWorkloadSpec): KubernetesManifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadataOf(workload),
    spec: {
      minAvailable: workload.minimumActive,
      selector: { matchLabels: workloadNames(workload).selector },
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  };
}

export function autoscaler(workload: WindowsWorkloadSpec): KubernetesManifest[] {
  const { autoscale } = workload;
  if (!autoscale?.enabled) return [];
  const { name } = workloadNames(workload);
  return [
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: metadataOf(workload),
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicas: autoscale.minimum,
        maxReplicas: autoscale.maximum,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: autoscale.cpuPercent } },
          },
        ],
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: DEFAULTS.aks.workload.scaleDownWindowSeconds,
            // One at a time: each has to drain.
            policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
          },
        },
      },
    },
  ];
}
