import type { ClusterSpec } from "./cluster";
import { rollingUpgrade } from "./scale-set";

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
  upgrade: { mode: "Rolling"; batchPercent: number; unhealthyPercent: number; pauseSeconds: number };
  probe: { path: string; intervalSeconds: number; threshold: number };
  openPorts: { port: number; protocol: "Tcp"; sources: string[] }[];
}

export function clusterFacts({ service, machines, loadBalancer }: ClusterSpec): ClusterFacts {
  const { batchPercent, unhealthyPercent, pauseSeconds } = rollingUpgrade(machines);
  return {
    factsVersion: 1,
    service: { name: service.name, version: service.version },
    capacity: machines.count,
    minimumActive: machines.minimumActive,
    zones: machines.zones,
    upgrade: { mode: "Rolling", batchPercent, unhealthyPercent, pauseSeconds },
    probe: {
      path: service.health.readinessPath,
      intervalSeconds: loadBalancer.probe.intervalSeconds,
      threshold: loadBalancer.probe.threshold,
    },
    openPorts: [{ port: loadBalancer.port, protocol: "Tcp", sources: loadBalancer.allowFrom }],
  };
}
