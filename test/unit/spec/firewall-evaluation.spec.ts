import { expect } from "chai";
import fc from "fast-check";
import { evaluate, inboundRules, type Flow, type SecurityRuleInputs } from "@windows-ha/spec";
import { rule } from "../sandbox/data-plane/security-rules";

const VIRTUAL_NETWORK = ["10.20.0.0/16"];

const flow = (parts: Partial<Flow> = {}): Flow => ({
  protocol: "Tcp",
  source: "203.0.113.10",
  sourcePort: 50_000,
  destination: "10.20.0.4",
  destinationPort: 8080,
  virtualNetwork: VIRTUAL_NETWORK,
  ...parts,
});

const decide = (rules: SecurityRuleInputs[], parts?: Partial<Flow>) => {
  const { rule: name, access } = evaluate(inboundRules(rules), flow(parts));
  return `${access} by ${name}`;
};

describe("what a network security group decides", () => {
  const table: { title: string; rules: SecurityRuleInputs[]; flow?: Partial<Flow>; verdict: string }[] = [
    { title: "the Internet is denied by default", rules: [], verdict: "Deny by DenyAllInBound" },
    {
      title: "the virtual network is allowed by default",
      rules: [],
      flow: { source: "10.20.3.9" },
      verdict: "Allow by AllowVnetInBound",
    },
    {
      title: "probes are allowed by default",
      rules: [],
      flow: { source: "168.63.129.16" },
      verdict: "Allow by AllowVnetInBound",
    },
    {
      title: "the probe source is in AzureLoadBalancer",
      rules: [rule({ name: "probe", sourceAddressPrefix: "AzureLoadBalancer" })],
      flow: { source: "168.63.129.16" },
      verdict: "Allow by probe",
    },
    {
      title: "no other address is in AzureLoadBalancer",
      rules: [rule({ sourceAddressPrefix: "AzureLoadBalancer" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "the lower priority number wins, whatever the order",
      rules: [rule({ name: "late", priority: 200, access: "Deny" }), rule({ name: "early", priority: 110 })],
      verdict: "Allow by early",
    },
    {
      title: "outbound rules say nothing about inbound flows",
      rules: [rule({ direction: "Outbound" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "tags compare without case",
      rules: [rule({ sourceAddressPrefix: "INTERNET" })],
      verdict: "Allow by rule",
    },
    {
      title: "the virtual network isn't the Internet",
      rules: [rule({ sourceAddressPrefix: "Internet", access: "Deny" })],
      flow: { source: "10.20.0.9" },
      verdict: "Allow by AllowVnetInBound",
    },
    {
      title: "a tag that names nothing here matches nothing",
      rules: [rule({ sourceAddressPrefix: "Storage" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "an object's own property isn't a tag",
      rules: [rule({ sourceAddressPrefix: "constructor" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "plural prefixes count",
      rules: [rule({ sourceAddressPrefix: undefined, sourceAddressPrefixes: ["192.0.2.0/24", "203.0.113.0/24"] })],
      verdict: "Allow by rule",
    },
    {
      title: "a single address counts",
      rules: [rule({ sourceAddressPrefix: "203.0.113.10" })],
      verdict: "Allow by rule",
    },
    {
      title: "the next address doesn't",
      rules: [rule({ sourceAddressPrefix: "203.0.113.11" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "IPv6 prefixes hold no IPv4 address",
      rules: [rule({ sourceAddressPrefix: "::/0" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "a port range includes its ends",
      rules: [rule({ destinationPortRange: "8000-8080" })],
      verdict: "Allow by rule",
    },
    {
      title: "a port beside the range isn't in it",
      rules: [rule({ destinationPortRange: "8081-8090" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "plural ports count",
      rules: [rule({ destinationPortRange: undefined, destinationPortRanges: ["80", "8080"] })],
      verdict: "Allow by rule",
    },
    { title: "source ports count", rules: [rule({ sourcePortRange: "1-1024" })], verdict: "Deny by DenyAllInBound" },
    { title: "the protocol counts", rules: [rule({ protocol: "Udp" })], verdict: "Deny by DenyAllInBound" },
    { title: "the protocol compares without case", rules: [rule({ protocol: "TCP" })], verdict: "Allow by rule" },
    {
      title: "the destination counts",
      rules: [rule({ destinationAddressPrefix: "10.20.1.0/24" })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "a rule for an application security group is about its members, whatever the case of its id",
      rules: [rule({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: "/Web" }] })],
      flow: { destinationGroups: ["/other", "/web"] },
      verdict: "Allow by rule",
    },
    {
      title: "a rule for an application security group isn't about others",
      rules: [rule({ destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: "/web" }] })],
      flow: { destinationGroups: ["/other"], sourceGroups: ["/web"] },
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "a source can be an application security group",
      rules: [rule({ sourceAddressPrefix: undefined, sourceApplicationSecurityGroups: [{ id: "/web" }] })],
      flow: { sourceGroups: ["/web"] },
      verdict: "Allow by rule",
    },
    {
      title: "a rule without any source matches nothing",
      rules: [rule({ sourceAddressPrefix: undefined })],
      verdict: "Deny by DenyAllInBound",
    },
    {
      title: "a deny before the default rules holds for the virtual network, too",
      rules: [rule({ name: "no", priority: 4096, access: "Deny" })],
      flow: { source: "10.20.3.9" },
      verdict: "Deny by no",
    },
  ];
  for (const { title, rules, flow: parts, verdict } of table) {
    it(title, () => expect(decide(rules, parts)).to.equal(verdict));
  }

  it("equals a model that looks at every address and port by its bits", () => {
    const octet = fc.constantFrom(0, 1, 7, 8, 128, 255);
    const address = fc
      .tuple(fc.constantFrom(10, 203), fc.constantFrom(0, 20, 113), octet, octet)
      .map((bytes) => bytes.join("."));
    const prefix = fc.oneof(
      fc.constantFrom("*", "VirtualNetwork", "Internet", "AzureLoadBalancer"),
      address,
      fc.tuple(address, fc.integer({ min: 0, max: 32 })).map(([base, length]) => `${base}/${length}`),
    );
    const port = fc.integer({ min: 1, max: 12 });
    const ports = fc.oneof(
      fc.constant("*"),
      port.map(String),
      fc.tuple(port, port).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    );
    const groups = fc.subarray(["/a", "/b", "/c"], { maxLength: 2 });
    const anyRule = fc.record({
      name: fc.string(),
      priority: fc.integer({ min: 100, max: 4096 }),
      direction: fc.constantFrom("Inbound", "Outbound"),
      access: fc.constantFrom("Allow", "Deny"),
      protocol: fc.constantFrom("*", "Tcp", "Udp"),
      sourceAddressPrefixes: fc.array(prefix, { maxLength: 3 }),
      sourcePortRange: ports,
      destinationAddressPrefix: prefix,
      destinationApplicationSecurityGroups: groups.map((ids) => ids.map((id) => ({ id }))),
      destinationPortRanges: fc.array(ports, { minLength: 1, maxLength: 3 }),
    });
    const anyFlow = fc.record({
      protocol: fc.constantFrom("Tcp" as const, "Udp" as const),
      source: fc.oneof(address, fc.constant("168.63.129.16")),
      sourcePort: port,
      destination: address,
      destinationPort: port,
      virtualNetwork: fc.constant(VIRTUAL_NETWORK),
      destinationGroups: groups,
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyRule, { selector: (one) => one.priority, maxLength: 8 }), anyFlow, (rules, one) => {
        expect(evaluate(inboundRules(rules), one).access).to.equal(model(rules, one));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The same decision, made the slow way. */
function model(
  rules: (SecurityRuleInputs & { sourceAddressPrefixes: string[]; destinationPortRanges: string[] })[],
  one: Flow,
): string {
  const bits = (address: string) =>
    address
      .split(".")
      .map((byte) => Number(byte).toString(2).padStart(8, "0"))
      .join("");
  const inVirtualNetwork = (address: string) => address.startsWith("10.20.") || address === "168.63.129.16";
  const holds = (prefix: string, address: string): boolean => {
    if (prefix === "*") return true;
    if (prefix === "VirtualNetwork") return inVirtualNetwork(address);
    if (prefix === "Internet") return !inVirtualNetwork(address);
    if (prefix === "AzureLoadBalancer") return address === "168.63.129.16";
    const [base, length = "32"] = prefix.split("/");
    return bits(address).slice(0, Number(length)) === bits(base!).slice(0, Number(length));
  };
  const inRange = (range: string, port: number): boolean => {
    if (range === "*") return true;
    const [first, last] = range.split("-").map(Number);
    return Array.from({ length: (last ?? first!) - first! + 1 }, (_, step) => first! + step).includes(port);
  };
  for (let priority = 100; priority <= 4096; priority++) {
    const found = rules.find((candidate) => candidate.priority === priority && candidate.direction === "Inbound");
    if (!found) continue;
    if (found.protocol !== "*" && found.protocol !== one.protocol) continue;
    if (!found.sourceAddressPrefixes.some((prefix) => holds(prefix, one.source))) continue;
    const joined = found.destinationApplicationSecurityGroups!.some(({ id }) => one.destinationGroups!.includes(id!));
    if (!joined && !holds(found.destinationAddressPrefix!, one.destination)) continue;
    if (!inRange(found.sourcePortRange!, one.sourcePort)) continue;
    if (!found.destinationPortRanges.some((range) => inRange(range, one.destinationPort))) continue;
    return found.access;
  }
  if (inVirtualNetwork(one.source) && inVirtualNetwork(one.destination)) return "Allow";
  return one.source === "168.63.129.16" ? "Allow" : "Deny";
}
