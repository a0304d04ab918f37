import type * as pulumi from "@pulumi/pulumi";
import {
  balancedPorts,
  clusterFirewall,
  healthScheme,
  STORAGE_SERVICE_ENDPOINT,
  type ClusterSpec,
} from "@windows-ha/spec";
import type { PlacementArgs } from "../common/placement";
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
  machines: MachineNetworkArgs;
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
  const network = existing
    ? undefined
    : new Network(
        `${name}-network`,
        { ...placement, ...ranges, serviceEndpoints: serviceEndpointsOf(spec), networkSecurityGroupId },
        { parent },
      );
  const subnetId = existing?.machinesSubnetId ?? network!.machinesSubnetId;
  const loadBalancer = createLoadBalancer(name, placement, spec, subnetId, parent);
  return {
    firewall,
    network,
    loadBalancer,
    machines: {
      subnetId,
      backendPoolIds: loadBalancer.backendPoolIds,
      applicationSecurityGroupIds: [applicationSecurityGroupId],
      // Somebody else's subnet stays as it is, so the firewall goes to the machines' own interfaces.
      ...(existing ? { networkSecurityGroupId } : {}),
    },
  };
}

/** A store that denies by default knows the machines by their subnet. */
function serviceEndpointsOf({ network, artifactStore }: ClusterSpec): string[] {
  const needed = artifactStore.uploadFrom === undefined ? [] : [STORAGE_SERVICE_ENDPOINT];
  return [...new Set([...network.serviceEndpoints, ...needed])];
}

function createLoadBalancer(
  name: string,
  placement: PlacementArgs,
  spec: ClusterSpec,
  subnetId: pulumi.Input<string>,
  parent: pulumi.Resource,
): LoadBalancer {
  const { public: isPublic, internal, sessionAffinity, tcpReset, idleTimeoutMinutes, probe } = spec.loadBalancer;
  const { port, health } = spec.service;
  return new LoadBalancer(
    `${name}-load-balancer`,
    {
      ...placement,
      public: isPublic,
      internal,
      ...(internal ? { subnetId } : {}),
      ports: balancedPorts(spec),
      probe: { ...probe, port, path: health.readinessPath, scheme: healthScheme(spec.service) },
      sessionAffinity,
      tcpReset,
      idleTimeoutMinutes,
    },
    { parent },
  );
}
