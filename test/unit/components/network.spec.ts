import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { expectWellFormed, promiseOf, Template, type Recording, type Values } from "@windows-ha/testing";
import { Network, type NetworkArgs } from "windows-ha";
import { attempt, bodyOf, inBothPasses, known, PLACE, recordUpdate, TAGS } from "./support";

const ARGS: NetworkArgs = { ...PLACE, networkSecurityGroupId: "/nsg" };
const create =
  (changes: Partial<NetworkArgs> = {}) =>
  () =>
    new Network("net", { ...ARGS, ...changes });

const SERVERS = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers";
const ENDPOINTS: NonNullable<NetworkArgs["privateEndpoints"]> = [
  { name: "orders", targetId: pulumi.output(`${SERVERS}/orders`), groupId: "sqlServer" },
  { name: "reports", targetId: `${SERVERS}/reports`, groupId: "sqlServer" },
  {
    name: "queue",
    targetId: "/subscriptions/s/resourceGroups/g/providers/p/t/queue",
    groupId: "namespace",
    privateDnsZoneId: "/zone",
  },
];

describe("Network, with private endpoints", () => {
  const ZONE = "privatelink.database.windows.net";
  const inputsOf = (recording: Recording, type: string): Values[] =>
    recording.resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs);

  inBothPasses(
    "has an address for each service in the machines' subnet, replaced when it leads elsewhere",
    create({ privateEndpoints: ENDPOINTS }),
    (recording) => {
      const [orders] = inputsOf(recording, "azure-native:network:PrivateEndpoint");
      expect(orders).to.deep.include({
        ...PLACE,
        privateLinkServiceConnections: [
          { name: "sqlServer", groupIds: ["sqlServer"], privateLinkServiceId: `${SERVERS}/orders` },
        ],
      });
      // azure-native completes the subnet.
      const subnet = {
        id: "net-machines_id",
        privateEndpointNetworkPolicies: "Disabled",
        privateLinkServiceNetworkPolicies: "Enabled",
      };
      expect(orders!.subnet).to.deep.equal(known(recording, subnet));
      for (const { replaceOnChanges } of recording.resources.filter(({ type }) => type.endsWith(":PrivateEndpoint"))) {
        expect(replaceOnChanges).to.deep.equal(["subnet.id", "privateLinkServiceConnections[0].privateLinkServiceId"]);
      }
    },
  );

  inBothPasses(
    "makes one zone for services of a kind, linked to the network, and none where there is one",
    create({ privateEndpoints: ENDPOINTS }),
    (recording) => {
      expect(bodyOf(recording, "azure-native:privatedns:PrivateZone")).to.deep.equal({
        ...PLACE,
        location: "global",
        privateZoneName: ZONE,
      });
      expect(bodyOf(recording, "azure-native:privatedns:VirtualNetworkLink")).to.deep.include({
        virtualNetwork: { id: known(recording, "net_id") },
        registrationEnabled: false,
      });
      const zone = known(recording, `net-${ZONE}_id`);
      expect(
        inputsOf(recording, "azure-native:network:PrivateDnsZoneGroup").map(
          ({ privateDnsZoneConfigs }) => (privateDnsZoneConfigs as { privateDnsZoneId: string }[])[0]!.privateDnsZoneId,
        ),
      ).to.have.deep.members([zone, zone, "/zone"]);
    },
  );

  inBothPasses(
    "hands its zones on, for other endpoints in the network",
    create({ privateEndpoints: ENDPOINTS }),
    (recording) => {
      const { outputs, inputs } = Template.of(recording).findResource("windows-ha:index:Network");
      expect(outputs.privateDnsZoneIds).to.deep.equal(known(recording, { [ZONE]: `net-${ZONE}_id` }));
      expect(inputs.privateEndpoints).to.deep.equal(ENDPOINTS.map(({ name, groupId }) => ({ name, groupId })));
    },
  );

  it("names what is wrong with them, before anything exists", async () => {
    const { failure, registered } = await attempt(
      create({ privateEndpoints: [{ name: "cosmos", targetId: "orders", groupId: "Sql" }] }),
    );
    expect(failure.message).to.include("privateEndpoints[0].groupId").and.include("privateEndpoints[0].targetId");
    expect(registered).to.deep.equal([]);
  });
});

describe("Network, with a subnet for Consul's servers", () => {
  const group = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/consul";
  const network =
    (changes: Partial<NetworkArgs> = {}) =>
    (): Network =>
      new Network("net", { ...PLACE, networkSecurityGroupId: "/group", consulSecurityGroupId: group, ...changes });

  inBothPasses("goes out by the same gateway, and is guarded by its own group", network(), (recording) => {
    const consul = Template.of(recording).findResource("azure-native:network:Subnet", {
      addressPrefix: "10.20.4.0/27",
    });
    expect(consul.inputs.networkSecurityGroup).to.deep.equal({ id: group });
    expect(consul.inputs.natGateway).to.deep.equal({ id: known(recording, "net-nat_id") });
    // Azure changes one subnet of a network at a time.
    expect(consul.dependsOn.some((urn) => urn.endsWith("::net-machines"))).to.equal(true);
  });

  it("is refused outside of the network, and over the machines", async () => {
    for (const consulSubnet of ["10.30.0.0/27", "10.20.1.0/27", "10.20.4.1/27"]) {
      const { failure, registered } = await attempt(network({ consulSubnet }));
      expect(failure.message, consulSubnet).to.include("consulSubnet");
      expect(registered).to.deep.equal([]);
    }
  });
});

describe("Network", () => {
  inBothPasses(
    "is a virtual network without subnets of its own, since an empty list would delete them",
    create(),
    (recording) => {
      const body = bodyOf(recording, "azure-native:network:VirtualNetwork");
      expect(body).to.deep.include({ ...PLACE, addressSpace: { addressPrefixes: ["10.20.0.0/16"] } });
      expect(body).not.to.have.property("subnets");
    },
  );

  inBothPasses(
    "puts the machines' subnet behind the security group and the NAT gateway, with no other way out",
    create(),
    (recording) => {
      expect(bodyOf(recording, "azure-native:network:Subnet")).to.deep.include({
        resourceGroupName: "orders-group",
        virtualNetworkName: known(recording, "net1a2b3c4d"),
        addressPrefix: "10.20.0.0/22",
        networkSecurityGroup: { id: "/nsg" },
        natGateway: { id: known(recording, "net-nat_id") },
        defaultOutboundAccess: false,
      });
    },
  );

  inBothPasses(
    "lets services know the machines by their subnet, when that is asked for",
    create({ serviceEndpoints: ["Microsoft.Storage", "Microsoft.KeyVault"] }),
    (recording) => {
      expect(bodyOf(recording, "azure-native:network:Subnet").serviceEndpoints).to.deep.equal([
        { service: "Microsoft.Storage" },
        { service: "Microsoft.KeyVault" },
      ]);
    },
  );

  inBothPasses("has a NAT gateway with one address, of the SKU that Azure takes for sure", create(), (recording) => {
    expect(bodyOf(recording, "azure-native:network:NatGateway")).to.deep.equal({
      ...PLACE,
      sku: { name: "Standard" },
      idleTimeoutInMinutes: 4,
      publicIpAddresses: [{ id: known(recording, "net-nat-address_id") }],
    });
    expect(bodyOf(recording, "azure-native:network:PublicIPAddress")).to.deep.equal({
      ...PLACE,
      sku: { name: "Standard" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
    });
  });

  inBothPasses("replaces the gateway when its SKU changes, which Azure doesn't change", create(), (recording) => {
    Template.of(recording).hasResource("azure-native:network:NatGateway", { replaceOnChanges: ["sku.name"] });
  });

  inBothPasses(
    "takes other ranges and another idle time",
    create({ addressSpace: "10.64.0.0/12", machinesSubnet: "10.64.8.0/24", natIdleTimeoutMinutes: 120 }),
    (recording) => {
      expect(bodyOf(recording, "azure-native:network:VirtualNetwork").addressSpace).to.deep.equal({
        addressPrefixes: ["10.64.0.0/12"],
      });
      expect(bodyOf(recording, "azure-native:network:Subnet").addressPrefix).to.equal("10.64.8.0/24");
      expect(bodyOf(recording, "azure-native:network:NatGateway").idleTimeoutInMinutes).to.equal(120);
    },
  );

  inBothPasses(
    "tells the engine its ranges, and hands on its ids and its outbound address",
    create(),
    async (recording) => {
      expect(bodyOf(recording, "windows-ha:index:Network")).to.deep.equal({
        addressSpace: "10.20.0.0/16",
        machinesSubnet: "10.20.0.0/22",
        natGateway: true,
        natIdleTimeoutMinutes: 4,
        serviceEndpoints: [],
        privateEndpoints: [],
        flowLogs: false,
      });
      expect(Template.of(recording).findResource("windows-ha:index:Network").outputs).to.deep.equal({
        virtualNetworkId: known(recording, "net_id"),
        machinesSubnetId: known(recording, "net-machines_id"),
        outboundAddress: known(recording, "203.0.113.10"),
        privateDnsZoneIds: {},
      });
      expect((await promiseOf(recording.result.outboundAddress!)).known).to.equal(!recording.preview);
    },
  );

  inBothPasses(
    "logs the flows of the virtual network, not of the security group, on the region's own watcher",
    create({ flowLogs: { storageAccountId: "/storage", workspaceId: "/workspace", retentionDays: 30 } }),
    (recording) => {
      const name = known(recording, "net1a2b3c4d-flow-log");
      expect(bodyOf(recording, "azure-native:network:FlowLog")).to.deep.equal({
        resourceGroupName: "NetworkWatcherRG",
        networkWatcherName: "NetworkWatcher_westeurope",
        flowLogName: name,
        location: "westeurope",
        tags: TAGS,
        targetResourceId: known(recording, "net_id"),
        storageId: "/storage",
        enabled: true,
        format: { type: "JSON", version: 2 },
        retentionPolicy: { enabled: true, days: 30 },
        flowAnalyticsConfiguration: {
          networkWatcherFlowAnalyticsConfiguration: {
            enabled: true,
            workspaceResourceId: "/workspace",
            trafficAnalyticsInterval: 10,
          },
        },
      });
    },
  );

  inBothPasses(
    "keeps flow logs for 90 days, without traffic analytics, when nothing else is said",
    create({ flowLogs: { storageAccountId: "/storage" } }),
    (recording) => {
      const body = bodyOf(recording, "azure-native:network:FlowLog");
      expect(body.retentionPolicy).to.deep.equal({ enabled: true, days: 90 });
      expect(body).not.to.have.property("flowAnalyticsConfiguration");
    },
  );

  inBothPasses(
    "keeps flow logs in an account of its own when none is given, with the keys by which Azure writes",
    create({ flowLogs: {} }),
    (recording) => {
      expect(bodyOf(recording, "azure-native:storage:StorageAccount")).to.deep.include({
        ...PLACE,
        kind: "StorageV2",
        sku: { name: "Standard_ZRS" },
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: true,
        minimumTlsVersion: "TLS1_2",
      });
      const storageId = known(recording, "net-flow-logs_id");
      expect(bodyOf(recording, "azure-native:network:FlowLog").storageId).to.equal(storageId);
      expect(Template.of(recording).findResource("windows-ha:index:Network").outputs).to.include({
        flowLogsStorageAccountId: storageId,
      });
    },
  );

  inBothPasses("tags everything that takes tags", create(), (recording) => {
    expectWellFormed(recording, {
      tags: {
        values: TAGS,
        types: ["VirtualNetwork", "NatGateway", "PublicIPAddress"].map((type) => `azure-native:network:${type}`),
      },
    });
  });

  it("registers nothing but these four", async () => {
    Template.of(await recordUpdate(create())).resourceCountIs("windows-ha:index:Network", 1);
    expect((await recordUpdate(create())).resources).to.have.length(5);
  });
});
