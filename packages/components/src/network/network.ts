import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import {
  checkNetwork,
  NETWORK_FIELD,
  PLACEMENT,
  resolve,
  type NetworkSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import type { NetworkArgs } from "./args";
import { createFlowLog } from "./flow-log";

/**
 * What Azure takes for sure under the API version that azure-native speaks: `StandardV2`, which outlives a zone, is not
 * in that version's list (docs/decisions/0007-standard-nat-gateway.md).
 */
const NAT_SKU = "Standard";

/**
 * The network of a cluster: a virtual network, the machines' subnet behind a network security group, and a NAT gateway,
 * because machines have no way out otherwise (no activation, no updates, no downloads). Azure puts the gateway into a
 * zone of its choice: when that one is lost, the machines of the others serve on, and reach nothing outside.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class Network extends pulumi.ComponentResource {
  /** Id of the virtual network. */
  public readonly virtualNetworkId: pulumi.Output<string>;
  /** Id of the machines' subnet. */
  public readonly machinesSubnetId: pulumi.Output<string>;
  /** The address from which the machines reach the internet. */
  public readonly outboundAddress: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`Network "${name}"`, resolveNetwork(args));
    super("windows-ha:index:Network", name, { ...spec, flowLogs: spec.flowLogs !== undefined }, opts);

    const virtualNetwork = createVirtualNetwork(name, args, spec, this);
    const { natGateway, address } = createNatGateway(name, args, spec, this);
    const subnet = createSubnet(name, args, spec, virtualNetwork, natGateway, this);
    if (spec.flowLogs) createFlowLog(name, args, spec.flowLogs, virtualNetwork, this);

    this.virtualNetworkId = virtualNetwork.id;
    this.machinesSubnetId = subnet.id;
    this.outboundAddress = address.ipAddress.apply((ip) => ip ?? "");
    this.registerOutputs({
      virtualNetworkId: this.virtualNetworkId,
      machinesSubnetId: this.machinesSubnetId,
      outboundAddress: this.outboundAddress,
    });
  }
}

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...NETWORK_FIELD.fields,
    networkSecurityGroupId: { kind: "string", required: true, input: true },
  },
};

function resolveNetwork(args: NetworkArgs): Resolved<NetworkSpec> {
  return resolve<NetworkSpec>(
    FIELD,
    args,
    ({ addressSpace, machinesSubnet, natIdleTimeoutMinutes, serviceEndpoints, flowLogs }) => ({
      addressSpace,
      machinesSubnet,
      natIdleTimeoutMinutes,
      serviceEndpoints,
      flowLogs,
    }),
    (spec) => checkNetwork(spec, ""),
  );
}

function createVirtualNetwork(
  name: string,
  { resourceGroupName, location, tags }: NetworkArgs,
  spec: NetworkSpec,
  parent: Network,
): network.VirtualNetwork {
  // No `subnets` here: the subnet is a resource of its own, and an empty list would delete it.
  return new network.VirtualNetwork(
    name,
    { resourceGroupName, location, tags, addressSpace: { addressPrefixes: [spec.addressSpace] } },
    { parent },
  );
}

function createNatGateway(
  name: string,
  { resourceGroupName, location, tags }: NetworkArgs,
  spec: NetworkSpec,
  parent: Network,
): { natGateway: network.NatGateway; address: network.PublicIPAddress } {
  const address = new network.PublicIPAddress(
    `${name}-nat-address`,
    {
      resourceGroupName,
      location,
      tags,
      sku: { name: NAT_SKU },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
    },
    { parent },
  );
  const natGateway = new network.NatGateway(
    `${name}-nat`,
    {
      resourceGroupName,
      location,
      tags,
      sku: { name: NAT_SKU },
      idleTimeoutInMinutes: spec.natIdleTimeoutMinutes,
      publicIpAddresses: [{ id: address.id }],
    },
    // Azure refuses this change although a preview would call it an update.
    { parent, replaceOnChanges: ["sku.name"] },
  );
  return { natGateway, address };
}

function createSubnet(
  name: string,
  args: NetworkArgs,
  spec: NetworkSpec,
  virtualNetwork: network.VirtualNetwork,
  natGateway: network.NatGateway,
  parent: Network,
): network.Subnet {
  return new network.Subnet(
    `${name}-machines`,
    {
      resourceGroupName: args.resourceGroupName,
      virtualNetworkName: virtualNetwork.name,
      addressPrefix: spec.machinesSubnet,
      networkSecurityGroup: { id: args.networkSecurityGroupId },
      natGateway: { id: natGateway.id },
      defaultOutboundAccess: false,
      ...(spec.serviceEndpoints.length > 0 && {
        serviceEndpoints: spec.serviceEndpoints.map((service) => ({ service })),
      }),
    },
    { parent },
  );
}
