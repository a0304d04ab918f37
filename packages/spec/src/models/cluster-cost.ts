import type { ClusterSpec } from "../cluster";
import { activeConsul } from "../cluster-consul";
import { subnetUse } from "../cluster-subnet";
import { goesOut } from "../outbound";
import { costEstimate, type CostEstimate } from "./cost";

/** What a cluster's own parts cost. Machines that an upgrade adds for its duration are not in it. */
export function costCluster(spec: ClusterSpec): CostEstimate {
  const { machines, loadBalancer, network } = spec;
  const { count, size, hybridBenefit, osDiskType, osDiskSizeGb, dataDisks } = machines;
  // A network that is there already has a way out of its own.
  const natGateways = network.existing || goesOut(loadBalancer) ? 0 : 1;
  return costEstimate({
    machines: count,
    size,
    hybridBenefit,
    osDiskType,
    osDiskSizeGb,
    dataDisks,
    balancerRules: balancerRules(spec),
    natGateways,
    publicIps: natGateways + publicAddresses(spec),
    privateEndpoints: subnetUse(spec).storeEndpoints + network.privateEndpoints.length,
    consulServers: activeConsul(spec)?.servers,
  });
}

/** Rules of the internal and of the public balancer, as far as there are. */
function balancerRules({ loadBalancer }: ClusterSpec): number[] {
  const { internal, haPorts, ports } = loadBalancer;
  const named = 1 + ports.length;
  return [
    ...(internal ? [haPorts ? 1 : named] : []),
    ...(loadBalancer.public ? [named + Number(goesOut(loadBalancer))] : []),
  ];
}

function publicAddresses({ loadBalancer }: ClusterSpec): number {
  if (!loadBalancer.public) return 0;
  return goesOut(loadBalancer) ? loadBalancer.outbound!.addresses : 1;
}
