import type { ClusterSpec } from "./cluster";
import { activeConsul } from "./cluster-consul";
import { balancedPorts, clusterGossipRules } from "./cluster-firewall";
import { predictCluster, type CostEstimate, type SwitchoverPrediction } from "./models";
import { configurationFacts, type ConfigurationFacts } from "./configuration";
import { discoveryFacts, type DiscoveryFacts } from "./consul/discovery-facts";
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
  /** Missing where the declared number of machines is the number that there is. */
  autoscale?: { minimum: number; maximum: number };
  /** What the providers' promises come to. */
  sla: { percent: number; minutesPerMonth: number; asOf: string };
  /** Without a sum where the price of a part isn't known. */
  monthlyCost: { usdPerMonth?: number; unknown: string[]; pricesAsOf: string };
  rollingUpdate: { batches: number; batchSize: number; typicalSeconds: number };
  /** Missing for a service without settings and secrets of ours. */
  configuration?: ConfigurationFacts;
  /** Missing without Consul. */
  discovery?: DiscoveryFacts;
}

export function clusterFacts(spec: ClusterSpec): ClusterFacts {
  const { service, machines, loadBalancer } = spec;
  const { batchPercent, unhealthyPercent, pauseSeconds, maxSurge } = rollingUpgrade(machines);
  const limits = { batchPercent, unhealthyPercent, maxSurge };
  const { switchover, sla, monthlyCost, rollingUpdate } = predictCluster(spec);
  const consul = activeConsul(spec);
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
      ...[...spec.firewall.rules, ...clusterGossipRules(spec)].map(({ port, protocol, sources }) => ({
        port,
        protocol,
        sources,
      })),
    ],
    predictedSeconds: predictedSeconds(switchover),
    ...autoscaleFacts(machines),
    sla: { percent: sla.percent, minutesPerMonth: sla.minutesPerMonth, asOf: sla.asOf },
    monthlyCost: costFacts(monthlyCost),
    rollingUpdate: {
      batches: rollingUpdate.batches,
      batchSize: rollingUpdate.batchSize,
      typicalSeconds: rollingUpdate.typicalSeconds,
    },
    ...configurationFacts(service),
    ...(consul ? { discovery: discoveryFacts(service, consul) } : {}),
  };
}

function autoscaleFacts({ autoscale }: ClusterSpec["machines"]): Pick<ClusterFacts, "autoscale"> {
  return autoscale ? { autoscale: { minimum: autoscale.minimum, maximum: autoscale.maximum } } : {};
}

export function costFacts({ usdPerMonth, unknown, pricesAsOf }: CostEstimate): ClusterFacts["monthlyCost"] {
  return { ...(usdPerMonth === undefined ? {} : { usdPerMonth }), unknown, pricesAsOf };
}

export function predictedSeconds(switchover: readonly SwitchoverPrediction[]): ClusterFacts["predictedSeconds"] {
  return Object.fromEntries(
    switchover.flatMap(({ fault, typicalSeconds: typical, worstSeconds: worst }) =>
      typical === undefined || worst === undefined ? [] : [[fault, { typical, worst }]],
    ),
  );
}
