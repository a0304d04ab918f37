import { expect } from "chai";
import { expectWellFormed, Template } from "@windows-ha/testing";
import { Firewall, FirewallProtocol, type FirewallRuleArgs } from "windows-ha";
import { bodyOf, inBothPasses, known, PLACE, recordUpdate, TAGS } from "./support";

const NSG = "azure-native:network:NetworkSecurityGroup";
const CLIENTS: FirewallRuleArgs = { name: "allow-clients", port: 8080, sources: ["10.0.0.0/8"] };
const create =
  (...rules: FirewallRuleArgs[]) =>
  () =>
    new Firewall("wall", { ...PLACE, probePort: 8081, rules });

const ANY = { direction: "Inbound", sourcePortRange: "*", destinationAddressPrefix: "*" };

describe("Firewall", () => {
  inBothPasses(
    "admits the balancer's probe, then the named clients, and refuses everything else",
    create(CLIENTS),
    (recording) => {
      expect(bodyOf(recording, NSG)).to.deep.equal({
        ...PLACE,
        securityRules: [
          {
            ...ANY,
            name: "allow-azure-load-balancer-probe",
            description: "Health probe of the load balancer",
            priority: 100,
            access: "Allow",
            protocol: "Tcp",
            sourceAddressPrefix: "AzureLoadBalancer",
            destinationPortRange: "8081",
          },
          {
            ...ANY,
            name: "allow-clients",
            description: "Clients of port 8080",
            priority: 3063,
            access: "Allow",
            protocol: "Tcp",
            sourceAddressPrefix: "10.0.0.0/8",
            destinationPortRange: "8080",
          },
          {
            ...ANY,
            name: "deny-all-inbound",
            description: "Everything that no rule names is refused",
            priority: 4096,
            access: "Deny",
            protocol: "*",
            sourceAddressPrefix: "*",
            destinationPortRange: "*",
          },
        ],
      });
    },
  );

  inBothPasses("refuses everything but the probe when there are no rules", create(), (recording) => {
    expect(bodyOf(recording, NSG).securityRules).to.have.length(2);
  });

  inBothPasses(
    "uses the plural field for several sources, and only that one",
    create({ ...CLIENTS, protocol: FirewallProtocol.Udp, sources: ["10.0.0.0/8", "203.0.113.7"] }),
    (recording) => {
      const [, rule] = bodyOf(recording, NSG).securityRules as Record<string, unknown>[];
      expect(rule).to.deep.include({ protocol: "Udp", sourceAddressPrefixes: ["10.0.0.0/8", "203.0.113.7"] });
      expect(rule).not.to.have.property("sourceAddressPrefix");
    },
  );

  inBothPasses(
    "keeps the place of a rule when another is added before it",
    create({ ...CLIENTS, name: "allow-admins" }, CLIENTS),
    (recording) => {
      const rules = bodyOf(recording, NSG).securityRules as { name: string; priority: number }[];
      expect(rules.map(({ name, priority }) => `${priority} ${name}`)).to.deep.equal([
        "100 allow-azure-load-balancer-probe",
        "1509 allow-admins",
        "3063 allow-clients",
        "4096 deny-all-inbound",
      ]);
    },
  );

  inBothPasses("tells the engine which ports are open, and hands on its id", create(CLIENTS), (recording) => {
    const { inputs, outputs } = Template.of(recording).findResource("windows-ha:index:Firewall");
    expect(inputs).to.deep.equal({ openPorts: [{ ...CLIENTS, protocol: "Tcp" }] });
    expect(outputs).to.deep.equal({ networkSecurityGroupId: known(recording, "wall_id") });
  });

  it("is one component with one tagged resource", async () => {
    const recording = await recordUpdate(create(CLIENTS));
    expect(recording.resources).to.have.length(2);
    expectWellFormed(recording, { tags: { values: TAGS, types: [NSG] } });
  });
});
