import type { ClusterSpec } from "./cluster";
import { balancedPorts } from "./cluster-firewall";
import { predictClusterSwitchover } from "./models";
import { leastInService, rollingUpgrade } from "./rolling-upgrade";

/**
 * What a component tells the engine about itself: a few plain, known values that stand in the preview and let a report
 * say what a change means. Never Outputs, never secrets.
 */
export interface ClusterFacts {
  factsVersion: 1;
  service: { name: string; version: string };
  capacity: number;
  minimumActive: number;
  zones: string[];
  /** `OneByOne`: single machines, which the engine itself updates one after the other. */
  upgrade: {
    mode: "Rolling" | "OneByOne";
    batchPercent: number;
    unhealthyPercent: number;
    pauseSeconds: number;
    maxSurge: boolean;
    /** Machines that serve at the least while it goes well. */
    leastInService: number;
  };
  probe: { path: string; intervalSeconds: number; threshold: number };
  openPorts: { port: number; protocol: "Tcp" | "Udp"; sources: string[] }[];
  /** By the fault's id; a fault that isn't survived has no entry. */
  predictedSeconds: Record<string, { typical: number; worst: number }>;
}

export function clusterFacts(spec: ClusterSpec): ClusterFacts {
  const { service, machines, loadBalancer } = spec;
  const { batchPercent, unhealthyPercent, pauseSeconds, maxSurge } = rollingUpgrade(machines);
  const limits = { batchPercent, unhealthyPercent, maxSurge };
  return {
    factsVersion: 1,
    service: { name: service.name, version: service.version },
    capacity: machines.count,
    minimumActive: machines.minimumActive,
    zones: machines.zones,
    upgrade:
      spec.compute === "machines"
        ? { mode: "OneByOne", ...limits, pauseSeconds: 0, leastInService: machines.count - 1 }
        : { mode: "Rolling", ...limits, pauseSeconds, leastInService: leastInService(machines) },
    probe: {
      path: service.health.readinessPath,
      intervalSeconds: loadBalancer.probe.intervalSeconds,
      threshold: loadBalancer.probe.threshold,
    },
    openPorts: [
      ...balancedPorts(spec).map(({ frontendPort: port, protocol }) => ({
        port,
        protocol,
        sources: loadBalancer.allowFrom,
      })),
      ...spec.firewall.rules.map(({ port, protocol, sources }) => ({ port, protocol, sources })),
    ],
    predictedSeconds: predictedSeconds(spec),
  };
}

function predictedSeconds(spec: ClusterSpec): ClusterFacts["predictedSeconds"] {
  return Object.fromEntries(
    predictClusterSwitchover(spec).flatMap(({ fault, typicalSeconds: typical, worstSeconds: worst }) =>
      typical === undefined || worst === undefined ? [] : [[fault, { typical, worst }]],
    ),
  );
}
