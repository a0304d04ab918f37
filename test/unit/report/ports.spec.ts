import { expect } from "chai";
import { violations } from "@windows-ha/report";
import { changed, stepOf, updating } from "./support";

type Rule = Record<string, unknown>;
const rule = (more: Rule): Rule => ({
  name: "r",
  priority: 200,
  direction: "Inbound",
  access: "Allow",
  protocol: "Tcp",
  sourceAddressPrefix: "10.0.0.0/8",
  sourcePortRange: "*",
  destinationAddressPrefix: "*",
  destinationPortRange: "443",
  ...more,
});
const portsOf = (before: unknown, after: unknown) =>
  updating("network:NetworkSecurityGroup", { securityRules: before }, { securityRules: after }).ports;
const text = ({ opened, closed, unchanged }: ReturnType<typeof portsOf>) =>
  [opened, closed, unchanged].map((list) =>
    list.map(({ protocol, port, source }) => `${protocol} ${port} ${source}`).join(),
  );

describe("open ports", () => {
  const CASES: [title: string, before: Rule[], after: Rule[], opened: string, closed: string, unchanged: string][] = [
    ["a new rule opens", [], [rule({})], "TCP 443 10.0.0.0/8", "", ""],
    ["a rule that goes closes", [rule({})], [], "", "TCP 443 10.0.0.0/8", ""],
    [
      "another name or priority opens nothing",
      [rule({})],
      [rule({ name: "s", priority: 300 })],
      "",
      "",
      "TCP 443 10.0.0.0/8",
    ],
    [
      "a narrower source opens nothing",
      [rule({})],
      [rule({ sourceAddressPrefix: "10.1.0.0/16" })],
      "",
      "TCP 443 10.0.0.0/8",
      "TCP 443 10.1.0.0/16",
    ],
    [
      "a wider source opens",
      [rule({})],
      [rule({ sourceAddressPrefix: "Internet" })],
      "TCP 443 Internet",
      "TCP 443 10.0.0.0/8",
      "",
    ],
    [
      "a wider range of ports opens",
      [rule({})],
      [rule({ destinationPortRange: "440-450" })],
      "TCP 440-450 10.0.0.0/8",
      "",
      "",
    ],
    [
      "another destination opens",
      [rule({ destinationAddressPrefix: "10.2.0.4" })],
      [rule({ destinationAddressPrefix: "10.2.0.5" })],
      "TCP 443 10.0.0.0/8",
      "TCP 443 10.0.0.0/8",
      "",
    ],
    [
      "lists count one by one",
      [],
      [rule({ sourceAddressPrefix: undefined, sourceAddressPrefixes: ["1.1.1.1", "2.2.2.2"] })],
      "TCP 443 1.1.1.1,TCP 443 2.2.2.2",
      "",
      "",
    ],
    [
      "a refusal before it keeps it shut",
      [],
      [
        rule({
          name: "no",
          priority: 100,
          access: "Deny",
          protocol: "*",
          sourceAddressPrefix: "*",
          destinationPortRange: "*",
        }),
        rule({}),
      ],
      "",
      "",
      "",
    ],
    [
      "a refusal for another destination doesn't",
      [],
      [rule({ name: "no", priority: 100, access: "Deny", destinationAddressPrefix: "10.9.9.9" }), rule({})],
      "TCP 443 10.0.0.0/8",
      "",
      "",
    ],
    [
      "a refusal that is taken away opens",
      [rule({ name: "no", priority: 100, access: "Deny" }), rule({})],
      [rule({})],
      "TCP 443 10.0.0.0/8",
      "",
      "",
    ],
    [
      "rules outwards and health probes open nothing",
      [],
      [rule({ direction: "Outbound" }), rule({ sourceAddressPrefix: "AzureLoadBalancer" })],
      "",
      "",
      "",
    ],
  ];
  for (const [title, before, after, opened, closed, unchanged] of CASES) {
    it(title, () => expect(text(portsOf(before, after))).to.deep.equal([opened, closed, unchanged]));
  }

  for (const [title, rules] of [
    ["a secret", "[secret]"],
    ["not known yet", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"],
    ["of another form", [{ name: "r" }, 7]],
    ["with lists that aren't", [rule({ sourceAddressPrefixes: "10.0.0.0/8" })]],
  ] as const) {
    it(`says unknown when the rules are ${title}`, () => {
      const report = updating("network:NetworkSecurityGroup", { securityRules: [] }, { securityRules: rules });
      expect(report.ports).to.deep.equal({ opened: [], closed: [], unchanged: [], unknown: ["it"] });
      expect(violations(report, ["port-opened"])).to.deep.equal([
        { policy: "port-opened", message: "unknown rules of it" },
      ]);
    });
  }

  it("warns of everybody, and of ports of administration", () => {
    const warned = (more: Rule) =>
      updating("network:NetworkSecurityGroup", { securityRules: [] }, { securityRules: [rule(more)] }).findings.map(
        (one) => one.rule,
      );
    expect(warned({ sourceAddressPrefix: "0.0.0.0/0" })).to.include("open-to-everybody");
    expect(warned({ destinationPortRange: "3389" })).to.include("administration-port");
    expect(warned({})).not.to.include.members(["open-to-everybody", "administration-port"]);
  });

  it("are all of the network's when a subnet loses its security group", () => {
    const report = changed("no-change", (document) => {
      const subnet = stepOf(document, "Subnet");
      subnet.op = "update";
      delete subnet.newState!.inputs!["networkSecurityGroup"];
      const group = stepOf(document, "NetworkSecurityGroup");
      group.op = "delete";
      delete group.newState;
    });
    expect(report.ports.opened).to.have.lengthOf(1);
    expect(report.ports.opened[0]).to.include({
      port: "*",
      source: "VirtualNetwork",
      securityGroup: "orders-network-machines",
    });
    expect(report.ports.closed).to.deep.equal([]);
  });

  it("count for a rule that is a resource of its own, too", () => {
    const { ports } = updating("network:SecurityRule", rule({}), rule({ destinationPortRange: "8443" }));
    expect(text(ports)).to.deep.equal(["TCP 8443 10.0.0.0/8", "TCP 443 10.0.0.0/8", ""]);
  });
});
