import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import {
  checkConsulSubnet,
  checkFewTags,
  checkNetwork,
  FEW_TAGS_OF,
  NETWORK_FIELD,
  newPrivateDnsZones,
  PLACEMENT,
  resolve,
  RESOURCE_ID,
  type NetworkSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { networkNames } from "../common/named-parts";
import { withName } from "../common/resource-names";
import type { NetworkArgs } from "./args";
import { createFlowLog } from "./flow-log";
import { createPrivateEndpoints } from "./private-endpoints";

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
  /** Id of the machines' subnet; known once the services of `privateEndpoints` are found by their names. */
  public readonly machinesSubnetId: pulumi.Output<string>;
  /** Id of the subnet for Consul's servers; undefined without `consulSecurityGroupId`. */
  public readonly consulSubnetId?: pulumi.Output<string>;
  /** The address from which the machines reach the internet; undefined without the NAT gateway. */
  public readonly outboundAddress?: pulumi.Output<string>;
  /** Ids of the private DNS zones that were made for `privateEndpoints`, by the zone's name. */
  public readonly privateDnsZoneIds: pulumi.Output<Record<string, string>>;
  /** Id of the storage account that keeps the flow logs. */
  public readonly flowLogsStorageAccountId?: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `Network "${name}"`,
      withName(name, resolveNetwork(args), (found) => networkNames(name, found)),
    );
    super("windows-ha:index:Network", name, networkFacts(spec), opts);

    const virtualNetwork = createVirtualNetwork(name, args, spec, this);
    const nat = spec.natGateway ? createNatGateway(name, args, spec, this) : undefined;
    const around = { args, spec, virtualNetwork, natGateway: nat?.natGateway };
    const subnet = createSubnet(`${name}-machines`, spec.machinesSubnet, args.networkSecurityGroupId, around, this);
    const consul =
      args.consulSecurityGroupId === undefined
        ? undefined
        : createSubnet(`${name}-consul`, spec.consulSubnet, args.consulSecurityGroupId, around, this, [subnet]);
    const place = { virtualNetworkId: virtualNetwork.id, subnetId: subnet.id };
    const { zoneIds, zoneGroups } = createPrivateEndpoints(name, args, spec.privateEndpoints, place, this);
    const flowLog = spec.flowLogs && createFlowLog(name, args, spec.flowLogs, virtualNetwork, this);

    this.virtualNetworkId = virtualNetwork.id;
    this.machinesSubnetId = pulumi.all([subnet.id, pulumi.all(zoneGroups.map(({ id }) => id))]).apply(([id]) => id);
    this.consulSubnetId = consul?.id;
    this.privateDnsZoneIds = pulumi.output(zoneIds);
    this.flowLogsStorageAccountId = flowLog?.storageId;
    this.outboundAddress = nat?.address.ipAddress.apply((ip) => ip ?? "");
    this.registerOutputs({
      virtualNetworkId: this.virtualNetworkId,
      machinesSubnetId: this.machinesSubnetId,
      consulSubnetId: this.consulSubnetId,
      outboundAddress: this.outboundAddress,
      privateDnsZoneIds: this.privateDnsZoneIds,
      flowLogsStorageAccountId: this.flowLogsStorageAccountId,
    });
  }
}

function networkFacts({ flowLogs, privateEndpoints, consulSubnet: _, ...spec }: NetworkSpec): Record<string, unknown> {
  return {
    ...spec,
    privateEndpoints: privateEndpoints.map(({ name, groupId }) => ({ name, groupId })),
    flowLogs: flowLogs !== undefined,
  };
}

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...NETWORK_FIELD.fields,
    networkSecurityGroupId: { ...RESOURCE_ID, required: true },
    natGateway: { kind: "boolean", default: true },
    consulSecurityGroupId: RESOURCE_ID,
  },
};

function resolveNetwork(args: NetworkArgs): Resolved<NetworkSpec> {
  return resolve<NetworkSpec>(
    FIELD,
    args,
    ({
      addressSpace,
      machinesSubnet,
      consulSubnet,
      natGateway,
      natIdleTimeoutMinutes,
      serviceEndpoints,
      privateEndpoints,
      flowLogs,
    }) => ({
      addressSpace,
      machinesSubnet,
      consulSubnet,
      natGateway,
      natIdleTimeoutMinutes,
      serviceEndpoints,
      privateEndpoints,
      flowLogs,
    }),
    (spec) => [
      ...checkNetwork(spec, ""),
      ...(args.consulSecurityGroupId === undefined ? [] : checkConsulSubnet(spec, "")),
      ...checkFewTags(args.tags, newPrivateDnsZones(spec.privateEndpoints).length > 0 ? [FEW_TAGS_OF.zone] : []),
    ],
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

interface SubnetParts {
  args: NetworkArgs;
  spec: NetworkSpec;
  virtualNetwork: network.VirtualNetwork;
  natGateway: network.NatGateway | undefined;
}

/** @param after subnets of the same network: Azure changes one at a time */
function createSubnet(
  name: string,
  addressPrefix: string,
  networkSecurityGroupId: pulumi.Input<string>,
  { args, spec, virtualNetwork, natGateway }: SubnetParts,
  parent: Network,
  after: network.Subnet[] = [],
): network.Subnet {
  return new network.Subnet(
    name,
    {
      resourceGroupName: args.resourceGroupName,
      virtualNetworkName: virtualNetwork.name,
      addressPrefix,
      networkSecurityGroup: { id: networkSecurityGroupId },
      ...(natGateway && { natGateway: { id: natGateway.id } }),
      defaultOutboundAccess: false,
      ...(spec.serviceEndpoints.length > 0 && {
        serviceEndpoints: spec.serviceEndpoints.map((service) => ({ service })),
      }),
    },
    { parent, ...(after.length > 0 ? { dependsOn: after } : {}) },
  );
}
