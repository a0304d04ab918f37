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
    metadata: { ...metadata, ...annotated({ ...balancing(workload), ...catalogued(workload) }) },
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

function annotated(annotations: Record<string, string>): { annotations?: Record<string, string> } {
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}

const CATALOG = "consul.hashicorp.com/service";

/** What a sync reads that writes Services into Consul's catalogue. In a list of tags a comma stands for nothing else. */
function catalogued({ service: { name, version }, registration }: WindowsWorkloadSpec): Record<string, string> {
  if (!registration) return {};
  const { tags, meta } = registration;
  return {
    [`${CATALOG}-sync`]: "true",
    [`${CATALOG}-name`]: name,
    [`${CATALOG}-port`]: "service",
    ...(tags.length > 0 && { [`${CATALOG}-tags`]: tags.join(",") }),
    ...Object.fromEntries(
      Object.entries({ ...meta, version }).map(([key, value]) => [`${CATALOG}-meta-${key}`, value]),
    ),
  };
}

function balancing({ loadBalancer }: WindowsWorkloadSpec): Record<string, string> {
  const { enabled, public: isPublic, probe } = loadBalancer;
  if (!enabled) return {};
  return {
    [`${PREFIX}-internal`]: String(!isPublic),
    [`${PREFIX}-health-probe-interval`]: String(probe.intervalSeconds),
    [`${PREFIX}-health-probe-num-of-probe`]: String(probe.threshold),
    [`${PREFIX}-tcp-idle-timeout`]: String(DEFAULTS.loadBalancer.idleTimeoutMinutes),
    [`${PREFIX}-disable-tcp-reset`]: "false",
  };
}
