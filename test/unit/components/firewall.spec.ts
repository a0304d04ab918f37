import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { expectWellFormed, Template } from "@windows-ha/testing";
import { Firewall, TransportProtocol, type FirewallArgs, type FirewallRuleArgs } from "windows-ha";
import { bodyOf, failureOf, inBothPasses, known, PLACE, recordUpdate, TAGS } from "./support";

const NSG = "azure-native:network:NetworkSecurityGroup";
const ASG = "azure-native:network:ApplicationSecurityGroup";
const CLIENTS: FirewallRuleArgs = { name: "allow-clients", port: 8080, sources: ["10.0.0.0/8"] };
const create =
  (...rules: FirewallRuleArgs[]) =>
  () =>
    new Firewall("wall", { ...PLACE, probePort: 8081, rules });

const ANY = { direction: "Inbound", sourcePortRange: "*" };

describe("Firewall", () => {
  inBothPasses(
    "admits the balancer's probe, then the named clients, and refuses everything else",
    create(CLIENTS),
    (recording) => {
      const machines = {
        destinationApplicationSecurityGroups: [{ id: known(recording, "wall-machines_id") }],
      };
      expect(bodyOf(recording, NSG)).to.deep.equal({
        ...PLACE,
        tags: { ...TAGS, "firewall-review-every-days": "30" },
        securityRules: [
          {
            ...ANY,
            ...machines,
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
            ...machines,
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
            destinationAddressPrefix: "*",
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
    create({ ...CLIENTS, protocol: TransportProtocol.Udp, sources: ["10.0.0.0/8", "203.0.113.7"] }),
    (recording) => {
      const [, rule] = bodyOf(recording, NSG).securityRules as Record<string, unknown>[];
      expect(rule).to.deep.include({ protocol: "Udp", sourceAddressPrefixes: ["10.0.0.0/8", "203.0.113.7"] });
      expect(rule).not.to.have.property("sourceAddressPrefix");
    },
  );

  inBothPasses("has a group that the machines join, so that no rule leads elsewhere", create(CLIENTS), (recording) => {
    expect(bodyOf(recording, ASG)).to.deep.equal(PLACE);
  });

  inBothPasses(
    "carries the time between two reviews as a tag, beside tags that come later",
    () => new Firewall("wall", { ...PLACE, tags: pulumi.output(TAGS), probePort: 1, rules: [], reviewEveryDays: 7 }),
    (recording) => {
      expect(bodyOf(recording, NSG).tags).to.deep.equal({ ...TAGS, "firewall-review-every-days": "7" });
    },
  );

  inBothPasses(
    "gives a service tag beside ranges a rule of its own",
    create({ ...CLIENTS, sources: ["10.0.0.0/8", "VirtualNetwork"] }),
    (recording) => {
      const rules = bodyOf(recording, NSG).securityRules as Record<string, unknown>[];
      expect(rules.map((rule) => `${String(rule.name)} ${String(rule.sourceAddressPrefix)}`)).to.have.members([
        "allow-azure-load-balancer-probe AzureLoadBalancer",
        "allow-clients 10.0.0.0/8",
        "allow-clients-VirtualNetwork VirtualNetwork",
        "deny-all-inbound *",
      ]);
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
    expect(inputs).to.deep.equal({ openPorts: [{ ...CLIENTS, protocol: "Tcp" }], reviewEveryDays: 30 });
    expect(outputs).to.deep.equal({
      networkSecurityGroupId: known(recording, "wall_id"),
      applicationSecurityGroupId: known(recording, "wall-machines_id"),
    });
  });

  it("refuses what is too much for one security group", async () => {
    const rules = (count: number, sources: string[]): FirewallArgs["rules"] =>
      Array.from({ length: count }, (_, index) => ({ name: `r${index}`, port: 10_000 + index, sources }));
    const addresses = Array.from({ length: 250 }, (_, index) => `10.0.${index}.7`);
    const create = (all: FirewallArgs["rules"]) => () => new Firewall("wall", { ...PLACE, probePort: 80, rules: all });
    await recordUpdate(create(rules(16, addresses)));
    expect((await failureOf(create(rules(17, addresses)))).message).to.contain("4250 addresses and ranges");
    await recordUpdate(create(rules(499, ["VirtualNetwork", "Internet"])));
    const tags = await failureOf(create(rules(500, ["VirtualNetwork", "Internet"])));
    expect(tags.message).to.contain("1002 security rules").and.to.contain("[firewall-size]");
  });

  it("is one component with two tagged resources", async () => {
    const recording = await recordUpdate(create(CLIENTS));
    expect(recording.resources).to.have.length(3);
    expectWellFormed(recording, { tags: { values: TAGS, types: [NSG, ASG] } });
  });
});
