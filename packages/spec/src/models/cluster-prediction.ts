import { drainSeconds } from "../agent-document";
import type { ClusterSpec } from "../cluster";
import { costEstimate, type CostEstimate } from "./cost";
import { predictRollingUpdate, type RollingUpdatePrediction } from "./rolling-update";
import { compositeSla, type CompositeServiceLevel } from "./service-level";
import type { ServiceLevelName } from "./service-level-table";
import { predictSwitchover, type SwitchoverPrediction } from "./switchover";

/** What a cluster will do, before it exists. */
export interface ClusterPrediction {
  switchover: SwitchoverPrediction[];
  sla: CompositeServiceLevel;
  monthlyCost: CostEstimate;
  rollingUpdate: RollingUpdatePrediction;
}

export function predictCluster(spec: ClusterSpec): ClusterPrediction {
  const { machines, service, loadBalancer, compute } = spec;
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
  };
}

export function predictClusterSwitchover(spec: ClusterSpec): SwitchoverPrediction[] {
  const { machines, service, loadBalancer } = spec;
  return predictSwitchover({
    probe: loadBalancer.probe,
    machines: machines.count,
    zones: zonesOf(spec),
    drainSeconds: drainSeconds(service, loadBalancer.probe),
  });
}

function costCluster({ machines, loadBalancer, network }: ClusterSpec): CostEstimate {
  const { count, size, hybridBenefit, osDiskType, osDiskSizeGb } = machines;
  const frontEnds = Number(loadBalancer.public) + Number(loadBalancer.internal);
  // A network that is there already has a way out of its own.
  const natGateways = network.existing ? 0 : 1;
  return costEstimate({
    machines: count,
    size,
    hybridBenefit,
    osDiskType,
    osDiskSizeGb,
    loadBalancers: 1,
    balancingRules: frontEnds * (1 + loadBalancer.ports.length),
    natGateways,
    publicIps: natGateways + Number(loadBalancer.public),
  });
}

/** An availability set stands in one data center. */
function zonesOf({ machines }: ClusterSpec): number {
  return machines.availability === "availabilitySet" ? 1 : machines.zones.length;
}

function machinesServiceLevel(spec: ClusterSpec): ServiceLevelName {
  const { count, osDiskType } = spec.machines;
  if (count === 1) {
    return osDiskType.startsWith("Premium") ? "single machine, Premium disks" : "single machine, Standard SSD";
  }
  return zonesOf(spec) > 1 ? "machines over two zones or more" : "machines over fault domains";
}
