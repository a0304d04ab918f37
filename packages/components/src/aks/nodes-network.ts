import * as azure from "@pulumi/azure-native/network";
import type { network as inputs } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { AksHaClusterSpec } from "@windows-ha/spec";
import type { PlacementArgs } from "../common/placement";
import { createConsulFirewall } from "../consul/firewall";
import { Network } from "../network";
import type { WindowsHaAksClusterArgs } from "./ha-cluster-args";

/** Rules of the nodes' subnet have Azure's own after them: the network, its balancer, then nobody. */
const FIRST_PRIORITY = 100;

export interface NodesNetwork {
  network: Network;
  /** Of the subnet of Consul's servers; undefined without own ones. */
  consulSecurityGroupId?: pulumi.Output<string>;
}

/** The nodes' network, with one way out, and a firewall that opens what the balancer has to let in. */
export function createNodesNetwork(
  name: string,
  args: WindowsHaAksClusterArgs,
  placement: PlacementArgs,
  spec: AksHaClusterSpec,
  parent: pulumi.Resource,
): NodesNetwork {
  const firewall = new azure.NetworkSecurityGroup(
    `${name}-firewall`,
    { ...placement, securityRules: rules(spec) },
    { parent },
  );
  const consulSecurityGroupId = createServersFirewall(name, placement, spec, parent);
  const network = new Network(
    `${name}-network`,
    {
      ...placement,
      ...args.network,
      networkSecurityGroupId: firewall.id,
      ...(consulSecurityGroupId === undefined ? {} : { consulSecurityGroupId }),
    },
    { parent },
  );
  return { network, ...(consulSecurityGroupId === undefined ? {} : { consulSecurityGroupId }) };
}

/** Servers speak with each other; nodes, on which no agent is, reach their API alone. */
function createServersFirewall(
  name: string,
  placement: PlacementArgs,
  { consul, network: { consulSubnet, machinesSubnet } }: AksHaClusterSpec,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  if (!consul?.servers) return undefined;
  return createConsulFirewall(`${name}-consul-firewall`, placement, [consulSubnet], [machinesSubnet], parent).id;
}

function rules({ cluster, workload }: AksHaClusterSpec): inputs.SecurityRuleArgs[] {
  const inbound = { direction: "Inbound", access: "Allow", sourcePortRange: "*" } as const;
  const { enabled, public: isPublic, port, allowFrom } = workload.loadBalancer;
  return [
    {
      ...inbound,
      name: "pods",
      description: "Pods of other nodes, whose addresses the network doesn't know.",
      priority: FIRST_PRIORITY,
      protocol: "*",
      sourceAddressPrefix: cluster.network.podCidr,
      destinationAddressPrefix: "*",
      destinationPortRange: "*",
    },
    ...(enabled && isPublic
      ? [
          {
            ...inbound,
            name: "clients",
            description: "Clients of the service, from outside.",
            priority: FIRST_PRIORITY + 1,
            protocol: "Tcp",
            sourceAddressPrefixes: allowFrom,
            destinationAddressPrefix: "*",
            destinationPortRange: String(port),
          },
        ]
      : []),
  ];
}
