import { expect } from "chai";
import { Match, Template, type Recording, type Values } from "@windows-ha/testing";
import { WindowsHaCluster, type WindowsHaClusterArgs } from "windows-ha";
import { bodyOf, clusterArgs, inBothPasses, ipConfigurationOf, known, profileOf, SCALE_SET } from "./support";

const create =
  (changes: Partial<WindowsHaClusterArgs> = {}) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs(changes));
const outputsOf = (recording: Recording): Values =>
  Template.of(recording).findResource("windows-ha:index:WindowsHaCluster").outputs;

describe("the network of a WindowsHaCluster", () => {
  inBothPasses(
    "leads its machines into their firewall's group, and a new subnet behind its rules",
    create(),
    (recording) => {
      expect(ipConfigurationOf(recording)).to.deep.include({
        applicationSecurityGroups: [{ id: known(recording, "orders-firewall-machines_id") }],
      });
      const [nic] = profileOf(recording).networkProfile.networkInterfaceConfigurations;
      expect(nic).not.to.have.property("networkSecurityGroup");
    },
  );

  inBothPasses(
    "uses an existing network, and changes nothing of it: the firewall goes to the machines' interfaces",
    create({ network: { existing: { machinesSubnetId: "/theirs" } } }),
    (recording) => {
      const template = Template.of(recording);
      for (const type of ["VirtualNetwork", "Subnet", "NatGateway", "PublicIPAddress"])
        template.resourceCountIs(`azure-native:network:${type}`, 0);
      const [nic] = profileOf(recording).networkProfile.networkInterfaceConfigurations;
      expect(nic).to.deep.include({ networkSecurityGroup: { id: known(recording, "orders-firewall_id") } });
      expect(ipConfigurationOf(recording)).to.deep.include({ subnet: { id: "/theirs" } });
      template.hasResourceInputs("azure-native:network:LoadBalancer", {
        frontendIPConfigurations: [Match.objectLike({ subnet: { id: "/theirs" } })],
      });
      expect(recording.result.network).to.equal(undefined);
    },
  );

  const DATABASE = {
    name: "database",
    targetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/orders",
    groupId: "sqlServer",
  };

  inBothPasses(
    "starts machines when the services of its private endpoints are found by their names",
    create({ network: { privateEndpoints: [DATABASE] } }),
    (recording) => {
      const urnOf = (name: string): string => recording.resources.find((resource) => resource.name === name)!.urn;
      const { dependsOn } = Template.of(recording).findResource(SCALE_SET);
      expect(dependsOn).to.include.members([
        urnOf("orders-network-endpoint-database-dns"),
        urnOf("orders-network-machines"),
      ]);
    },
  );

  inBothPasses(
    "finds its private stores in the zones that its private endpoints have: a network takes one of a name",
    create({
      network: {
        privateEndpoints: [{ ...DATABASE, name: "keys", groupId: "vault" }],
      },
      service: { ...clusterArgs().service, secrets: { PASSWORD: { value: "canary-7f3a91c2d4e8" } } },
      secretStore: { private: true },
    }),
    (recording) => {
      const zone = known(recording, "orders-network-privatelink.vaultcore.azure.net_id");
      Template.of(recording).resourceCountIs("azure-native:privatedns:PrivateZone", 1);
      const groups = recording.resources.filter(({ type }) => type === "azure-native:network:PrivateDnsZoneGroup");
      expect(groups.map(({ inputs }) => inputs.privateDnsZoneConfigs as object[])).to.deep.equal(
        Array(2).fill([{ name: "vault", privateDnsZoneId: zone }]),
      );
    },
  );

  inBothPasses(
    "logs what its firewall refuses, when that is asked for",
    create({ network: { flowLogs: {} } }),
    (recording) => {
      expect(bodyOf(recording, "azure-native:network:FlowLog")).to.include({
        enabled: true,
        targetResourceId: known(recording, "orders-network_id"),
        storageId: known(recording, "orders-network-flow-logs_id"),
      });
    },
  );

  inBothPasses(
    "opens further ports in balancer and firewall alike, beside rules of the user's own",
    create({
      loadBalancer: { port: 80, ports: [{ name: "admin", port: 81, backendPort: 9090 }], allowFrom: ["10.9.0.0/16"] },
      firewall: { rules: [{ name: "bastion", port: 3389, sources: ["10.20.9.0/26"] }], reviewEveryDays: 7 },
    }),
    (recording) => {
      const rules = bodyOf(recording, "azure-native:network:LoadBalancer").loadBalancingRules as Values[];
      expect(
        rules.map((rule) => `${String(rule.name)} ${String(rule.frontendPort)} ${String(rule.backendPort)}`),
      ).to.deep.equal(["orders 80 8080", "admin 81 9090"]);
      const group = bodyOf(recording, "azure-native:network:NetworkSecurityGroup");
      const opened = (group.securityRules as Values[])
        .slice(1, -1)
        .map((rule) => `${String(rule.name)} ${String(rule.sourceAddressPrefix)} ${String(rule.destinationPortRange)}`);
      expect(opened).to.have.members([
        "allow-clients 10.9.0.0/16 8080",
        "allow-port-admin 10.9.0.0/16 9090",
        "bastion 10.20.9.0/26 3389",
      ]);
      expect(group.tags).to.deep.equal({ "firewall-review-every-days": "7" });
    },
  );

  inBothPasses(
    "stands on an internal and a public address at once, with the machines in both pools",
    create({ loadBalancer: { public: true, internal: true, allowFrom: ["203.0.113.0/24", "VirtualNetwork"] } }),
    (recording) => {
      expect(ipConfigurationOf(recording)).to.deep.include({
        loadBalancerBackendAddressPools: ["", "-public"].map((end) => ({
          id: known(recording, `orders-load-balancer${end}_id/backendAddressPools/machines`),
        })),
      });
      expect(outputsOf(recording)).to.include({ address: known(recording, "203.0.113.10") });
    },
  );
});
