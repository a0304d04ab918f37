import { isCanonicalCidr, parseCidr } from "../cidr";
import type { Finding } from "../finding";
import type { WindowsWorkloadSpec } from "./workload";

/** What the Service, and Azure's balancer in front of it, can be told. */
export function checkBalancer(workload: WindowsWorkloadSpec, prefix: string): Finding[] {
  return [...checkSources(workload, prefix), ...checkProbe(workload, `${prefix}probe`)];
}

function checkSources({ loadBalancer }: WindowsWorkloadSpec, prefix: string): Finding[] {
  const { enabled, public: isPublic, allowFrom } = loadBalancer;
  if (!enabled && (isPublic || allowFrom.length > 0)) {
    return [
      {
        rule: "balancer-off",
        path: `${prefix}enabled`,
        seen: `false, with ${isPublic ? "public" : "allowFrom"}`,
        allowed: "nothing beside it: without a balancer nobody comes from outside the cluster",
        fix: `Remove ${prefix}${isPublic ? "public" : "allowFrom"}, or ${prefix}enabled.`,
      },
    ];
  }
  if (enabled && isPublic && allowFrom.length === 0) {
    return [
      {
        rule: "public-source",
        path: `${prefix}allowFrom`,
        seen: "missing",
        allowed: 'the sources that may connect from outside, such as ["203.0.113.0/24"], or ["0.0.0.0/0"] for everyone',
        fix: `Name the sources in ${prefix}allowFrom, or leave ${prefix}public out.`,
      },
    ];
  }
  return allowFrom.flatMap((source, index): Finding[] =>
    isCanonicalCidr(source) && parseCidr(source) !== undefined
      ? []
      : [
          {
            rule: "cidr",
            path: `${prefix}allowFrom[${index}]`,
            seen: JSON.stringify(source),
            allowed: "an IPv4 range by its first address, such as 203.0.113.0/24: a Service knows no service tags",
            fix: "Write the range with its length.",
          },
        ],
  );
}

/** What Azure's cloud provider for Kubernetes takes: otherwise the Service waits for an address for good. */
const LEAST_PROBES = 2;
const PROBE_SECONDS_BELOW = 120;

function checkProbe({ loadBalancer }: WindowsWorkloadSpec, path: string): Finding[] {
  const { intervalSeconds, threshold } = loadBalancer.probe;
  if (!loadBalancer.enabled) return [];
  if (threshold < LEAST_PROBES) {
    return [
      {
        rule: "probe-threshold",
        path: `${path}.threshold`,
        seen: String(threshold),
        allowed: `at least ${LEAST_PROBES}: AKS gives a Service with fewer no address`,
        fix: "Leave it out.",
      },
    ];
  }
  if (intervalSeconds * threshold < PROBE_SECONDS_BELOW) return [];
  return [
    {
      rule: "probe-time",
      path,
      seen: `${intervalSeconds} s × ${threshold} = ${intervalSeconds * threshold} s`,
      allowed: `less than ${PROBE_SECONDS_BELOW} s together: AKS gives a Service with more no address`,
      fix: `Lower ${path}.intervalSeconds or ${path}.threshold.`,
    },
  ];
}
