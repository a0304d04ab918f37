import { DEFAULTS } from "../../defaults";
import type { WindowsWorkloadSpec } from "../workload";
import type { KubernetesManifest } from "./manifest";
import { metadataOf, workloadNames } from "./names";

const PREFIX = "service.beta.kubernetes.io/azure-load-balancer";

/** How clients reach the pods: Azure's balancer, which asks each node whether it has ready ones. */
export function service(workload: WindowsWorkloadSpec): KubernetesManifest {
  const { loadBalancer } = workload;
  const metadata = metadataOf(workload);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: loadBalancer.enabled ? { ...metadata, annotations: annotations(workload) } : metadata,
    spec: {
      ...(loadBalancer.enabled ? balanced(loadBalancer) : { type: "ClusterIP" }),
      selector: workloadNames(workload).selector,
      ports: [{ name: "service", port: loadBalancer.port, targetPort: "service", protocol: "TCP" }],
    },
  };
}

function balanced({ public: isPublic, allowFrom }: WindowsWorkloadSpec["loadBalancer"]): object {
  return {
    type: "LoadBalancer",
    // Only nodes with ready pods get connections, and no second node stands between; Cluster uses up ports on Windows.
    externalTrafficPolicy: "Local",
    ...((isPublic || allowFrom.length > 0) && { loadBalancerSourceRanges: allowFrom }),
  };
}

function annotations({ loadBalancer: { public: isPublic, probe } }: WindowsWorkloadSpec): Record<string, string> {
  return {
    [`${PREFIX}-internal`]: String(!isPublic),
    [`${PREFIX}-health-probe-interval`]: String(probe.intervalSeconds),
    [`${PREFIX}-health-probe-num-of-probe`]: String(probe.threshold),
    [`${PREFIX}-tcp-idle-timeout`]: String(DEFAULTS.loadBalancer.idleTimeoutMinutes),
    [`${PREFIX}-disable-tcp-reset`]: "false",
  };
}
