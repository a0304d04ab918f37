import type * as pulumi from "@pulumi/pulumi";
import {
  activeConsul,
  balancedPorts,
  clusterFirewall,
  consulApiRanges,
  gossipSources,
  goesOut,
  healthEndpoint,
  outboundMachines,
  STORAGE_SERVICE_ENDPOINT,
  type ClusterSpec,
} from "@windows-ha/spec";
import type { PlacementArgs } from "../common/placement";
import { createConsulFirewall } from "../consul/firewall";
import { Firewall } from "../firewall";
import { LoadBalancer } from "../load-balancer";
import { Network } from "../network";
import type { MachineNetworkArgs } from "../scale-set";
import type { WindowsHaClusterArgs } from "./args";

/** Everything of a cluster that a flow passes, and where its machines join it. */
export interface Networking {
  firewall: Firewall;
  /** Undefined where an existing network is used. */
  network: Network | undefined;
  loadBalancer: LoadBalancer;
  /** The addresses that the machines go out by; none where an existing network takes them out. */
  outboundAddresses: pulumi.Input<string>[];
  machines: MachineNetworkArgs;
  /** Where Consul's servers join it; undefined without own ones. */
  consul?: { subnetId: pulumi.Input<string>; networkSecurityGroupId?: pulumi.Input<string> };
}

export function createNetworking(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  spec: ClusterSpec,
  parent: pulumi.Resource,
): Networking {
  const firewall = new Firewall(`${name}-firewall`, { ...placement, ...clusterFirewall(spec) }, { parent });
  const { applicationSecurityGroupId, networkSecurityGroupId } = firewall;
  const { existing, ...ranges } = args.network ?? {};
  const hasServers = activeConsul(spec)?.servers !== undefined;
  const apiRanges = hasServers ? consulApiRanges(spec.consul!.kubernetes) : [];
  const consulSecurityGroupId =
    hasServers && !existing
      ? createConsulFirewall(`${name}-consul-firewall`, placement, gossipSources(spec), apiRanges, parent).id
      : undefined;
  const network = existing
    ? undefined
    : new Network(
        `${name}-network`,
        {
          ...placement,
          ...ranges,
          serviceEndpoints: serviceEndpointsOf(spec),
          networkSecurityGroupId,
          natGateway: !goesOut(spec.loadBalancer),
          ...(consulSecurityGroupId === undefined ? {} : { consulSecurityGroupId }),
        },
        { parent },
      );
  const subnetId = existing?.machinesSubnetId ?? network!.machinesSubnetId;
  const loadBalancer = createLoadBalancer(name, placement, spec, subnetId, parent);
  return {
    firewall,
    network,
    loadBalancer,
    outboundAddresses: outboundAddresses(spec, network, loadBalancer),
    machines: {
      subnetId,
      backendPoolIds: loadBalancer.backendPoolIds,
      applicationSecurityGroupIds: [applicationSecurityGroupId],
      // Somebody else's subnet stays as it is, so the firewall goes to the machines' own interfaces.
      ...(existing ? { networkSecurityGroupId } : {}),
    },
    ...(hasServers
      ? {
          consul: existing
            ? { subnetId: existing.consulSubnetId! }
            : { subnetId: network!.consulSubnetId!, networkSecurityGroupId: consulSecurityGroupId! },
        }
      : {}),
  };
}

function outboundAddresses(
  { loadBalancer: { outbound } }: ClusterSpec,
  network: Network | undefined,
  loadBalancer: LoadBalancer,
): pulumi.Input<string>[] {
  const { outboundAddresses: balanced } = loadBalancer;
  if (balanced) return Array.from({ length: outbound!.addresses }, (_, index) => balanced.apply((all) => all[index]!));
  return network?.outboundAddress ? [network.outboundAddress] : [];
}

/** A store that denies by default knows the machines by their subnet, unless they come by a private endpoint. */
function serviceEndpointsOf({ network, artifactStore, consul }: ClusterSpec): string[] {
  const isFirewalled = artifactStore.uploadFrom !== undefined;
  // Consul's servers have a store of their own, and no private endpoint to it.
  const hasServers = activeConsul({ consul })?.servers !== undefined;
  const needed = isFirewalled && (!artifactStore.private || hasServers) ? [STORAGE_SERVICE_ENDPOINT] : [];
  return [...new Set([...network.serviceEndpoints, ...needed])];
}

function createLoadBalancer(
  name: string,
  placement: PlacementArgs,
  spec: ClusterSpec,
  subnetId: pulumi.Input<string>,
  parent: pulumi.Resource,
): LoadBalancer {
  const { public: isPublic, internal, haPorts, outbound, probe } = spec.loadBalancer;
  const { sessionAffinity, tcpReset, idleTimeoutMinutes } = spec.loadBalancer;
  return new LoadBalancer(
    `${name}-load-balancer`,
    {
      ...placement,
      public: isPublic,
      internal,
      ...(internal ? { subnetId } : {}),
      haPorts,
      // The rule for all ports stands alone on the internal address.
      ports: haPorts && !isPublic ? [] : balancedPorts(spec),
      ...(outbound && { outbound: { ...outbound, machines: outboundMachines(spec) } }),
      // An availability set is for regions without zones.
      zoneRedundant: spec.machines.availability !== "availabilitySet",
      probe: { ...probe, ...healthEndpoint(spec.service), path: spec.service.health.readinessPath },
      sessionAffinity,
      tcpReset,
      idleTimeoutMinutes,
    },
    { parent },
  );
}
