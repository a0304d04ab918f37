import { drainSeconds } from "../agent-document";
import type { ClusterSpec } from "../cluster";
import { clusterOutbound, clusterSubnet, type ClusterOutbound } from "./cluster-capacity";
import { costCluster } from "./cluster-cost";
import type { CostEstimate } from "./cost";
import { restartDelays } from "./recovery";
import { predictRollingUpdate, type RollingUpdatePrediction } from "./rolling-update";
import { compositeSla, type CompositeServiceLevel } from "./service-level";
import type { ServiceLevelName } from "./service-level-table";
import type { SubnetSize } from "./subnet-size";
import { predictSwitchover, type SwitchoverPrediction } from "./switchover";

/** What a cluster will do, before it exists. */
export interface ClusterPrediction {
  switchover: SwitchoverPrediction[];
  sla: CompositeServiceLevel;
  monthlyCost: CostEstimate;
  rollingUpdate: RollingUpdatePrediction;
  /** Missing with an existing network: nobody here knows its way out. */
  outbound?: ClusterOutbound;
  subnet: SubnetSize;
}

export function predictCluster(spec: ClusterSpec): ClusterPrediction {
  const { machines, service, loadBalancer, compute } = spec;
  const outbound = clusterOutbound(spec);
  return {
    switchover: predictClusterSwitchover(spec),
    sla: compositeSla([{ service: "Standard load balancer" }, { service: machinesServiceLevel(spec) }]),
    monthlyCost: costCluster(spec),
    rollingUpdate: predictRollingUpdate({
      machines,
      zones: zonesOf(spec),
      service,
      probe: loadBalancer.probe,
      single: compute === "machines",
    }),
    ...(outbound && { outbound }),
    subnet: clusterSubnet(spec),
  };
}

export function predictClusterSwitchover(spec: ClusterSpec): SwitchoverPrediction[] {
  const { machines, service, loadBalancer } = spec;
  return predictSwitchover({
    probe: loadBalancer.probe,
    machines: machines.count,
    zones: zonesOf(spec),
    drainSeconds: drainSeconds(service, loadBalancer.probe),
    restartDelaySeconds: restartDelays(service.recovery)[0],
  });
}

/** An availability set stands in one data center. */
function zonesOf({ machines }: ClusterSpec): number {
  return machines.availability === "availabilitySet" ? 1 : machines.zones.length;
}

function machinesServiceLevel(spec: ClusterSpec): ServiceLevelName {
  const { count, osDiskType, dataDisks } = spec.machines;
  if (count === 1) {
    // The promise for one machine is that of its least disk.
    const isPremium = [osDiskType, ...dataDisks.map(({ type }) => type)].every((type) => type.startsWith("Premium"));
    return isPremium ? "single machine, Premium disks" : "single machine, Standard SSD";
  }
  return zonesOf(spec) > 1 ? "machines over two zones or more" : "machines over fault domains";
}
