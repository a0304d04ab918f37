import { expect } from "chai";
import fc from "fast-check";
import {
  checkFirewall,
  evaluate,
  inboundRules,
  placeRules,
  type FirewallRuleSpec,
  type PlacedRule,
  type SecurityRuleInputs,
} from "@windows-ha/spec";

const rule = (name: string, changes: Partial<FirewallRuleSpec> = {}): FirewallRuleSpec => ({
  name,
  port: 8080,
  protocol: "Tcp",
  sources: ["10.0.0.0/8"],
  ...changes,
});
const place = (names: readonly string[]): PlacedRule[] =>
  placeRules({ probePort: 8080, rules: names.map((name) => rule(name)) });
const prioritiesOf = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(place(names).map((placed) => [placed.name, placed.priority]));

const ruleNames = (options: { minLength?: number; maxLength: number }): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/), {
    ...options,
    selector: (name) => name.toLowerCase(),
  });

describe("placeRules", () => {
  it("leaves the probe out where nobody probes, and still refuses the rest", () => {
    const placed = placeRules({ rules: [{ name: "web", port: 80, protocol: "Tcp", sources: ["10.0.0.0/8"] }] });
    expect(placed.map(({ name }) => name)).to.deep.equal(["web", "deny-all-inbound"]);
  });

  it("admits the balancer's probe first and refuses everything else last", () => {
    const placed = place(["b", "a"]);
    expect(placed[0]).to.deep.include({
      priority: 100,
      access: "Allow",
      protocol: "Tcp",
      sources: ["AzureLoadBalancer"],
      port: "8080",
    });
    expect(placed.at(-1)).to.deep.include({ priority: 4096, access: "Deny", protocol: "*", sources: ["*"], port: "*" });
  });

  it("carries port, protocol and sources of a rule unchanged", () => {
    const [, placed] = placeRules({
      probePort: 1,
      rules: [rule("dns", { port: 53, protocol: "Udp", sources: ["10.1.0.0/16", "10.2.0.0/16"] })],
    });
    expect(placed).to.deep.include({
      name: "dns",
      access: "Allow",
      protocol: "Udp",
      port: "53",
      sources: ["10.1.0.0/16", "10.2.0.0/16"],
    });
  });

  it("gives ranges and every service tag a rule of their own, because Azure doesn't take them together", () => {
    const split = (sources: string[]): string[] =>
      placeRules({ probePort: 1, rules: [rule("web", { sources })] })
        .slice(1, -1)
        .map((placed) => `${placed.name}: ${placed.sources.join(" ")}`)
        .sort();
    expect(split(["10.0.0.0/8", "10.1.0.7"])).to.deep.equal(["web: 10.0.0.0/8 10.1.0.7"]);
    expect(split(["Internet"])).to.deep.equal(["web: Internet"]);
    expect(split(["VirtualNetwork", "10.0.0.0/8", "Internet"])).to.deep.equal([
      "web-Internet: Internet",
      "web-VirtualNetwork: VirtualNetwork",
      "web: 10.0.0.0/8",
    ]);
    expect(split(["VirtualNetwork", "Internet"])).to.deep.equal([
      "web-Internet: Internet",
      "web-VirtualNetwork: VirtualNetwork",
    ]);
  });

  it("admits through the split rules what the sources name, and nothing else", () => {
    const source = fc.constantFrom("VirtualNetwork", "Internet", "10.20.0.0/24", "203.0.113.0/24", "203.0.113.7");
    const client = fc.constantFrom("10.20.0.9", "10.20.1.9", "203.0.113.7", "203.0.113.8", "198.51.100.1");
    const HOLDS: Record<string, (address: string) => boolean> = {
      VirtualNetwork: (address) => address.startsWith("10.20."),
      Internet: (address) => !address.startsWith("10.20."),
      "10.20.0.0/24": (address) => address.startsWith("10.20.0."),
      "203.0.113.0/24": (address) => address.startsWith("203.0.113."),
      "203.0.113.7": (address) => address === "203.0.113.7",
    };
    fc.assert(
      fc.property(fc.uniqueArray(source, { minLength: 1 }), client, fc.boolean(), (sources, from, isMember) => {
        const placed = placeRules({ probePort: 9, rules: [rule("web", { sources })] });
        const decided = evaluate(inboundRules(placed.map(inAzure)), {
          protocol: "Tcp",
          source: from,
          sourcePort: 50_000,
          destination: "10.20.0.4",
          destinationPort: 8080,
          virtualNetwork: ["10.20.0.0/16"],
          destinationGroups: isMember ? ["/machines"] : [],
        });
        const admitted = isMember && sources.some((one) => HOLDS[one]!(from));
        expect(decided.access).to.equal(admitted ? "Allow" : "Deny");
      }),
    );
  });

  it("gives every rule of any set a priority of its own, strictly between the probe and the refusal", () => {
    fc.assert(
      fc.property(ruleNames({ maxLength: 60 }), (names) => {
        const placed = place(names);
        const priorities = placed.map((item) => item.priority);
        expect(priorities).to.deep.equal([...new Set(priorities)].sort((a, b) => a - b));
        expect([priorities[0], priorities.at(-1)]).to.deep.equal([100, 4096]);
        expect(placed.map((item) => item.name).sort()).to.include.members([...names].sort());
        expect(placed).to.have.length(names.length + 2);
      }),
    );
  });

  it("finds room for the largest set, 500 rules", () => {
    const placed = place(Array.from({ length: 500 }, (_, index) => `rule-${index}`));
    expect(new Set(placed.map((item) => item.priority)).size).to.equal(502);
  });

  it("doesn't look at the order in which rules are given", () => {
    fc.assert(
      fc.property(
        ruleNames({ maxLength: 30 }).chain((names) =>
          fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })),
        ),
        ([names, shuffled]) => {
          expect(place(shuffled)).to.deep.equal(place(names));
        },
      ),
    );
  });

  it("moves no rule when one is added to a free place", () => {
    fc.assert(
      fc.property(ruleNames({ minLength: 1, maxLength: 300 }), (names) => {
        const [added, ...former] = names as [string, ...string[]];
        const before = prioritiesOf(former);
        const after = prioritiesOf(names);
        const moved = former.filter((name) => before[name] !== after[name]);
        const placeWasTaken = Object.values(before).includes(after[added]!);
        expect(moved.length === 0 || placeWasTaken, `${added} moved ${moved.join(", ")}`).to.equal(true);
        for (const name of moved) expect(after[name]! - before[name]!, name).to.equal(1);
      }),
      { numRuns: 50 },
    );
  });

  it("keeps the priorities of today for ever: another number would renumber everyone's rules", () => {
    expect(prioritiesOf(["allow-clients", "allow-admins"])).to.deep.equal({
      "allow-azure-load-balancer-probe": 100,
      "allow-admins": FROZEN["allow-admins"],
      "allow-clients": FROZEN["allow-clients"],
      "deny-all-inbound": 4096,
    });
  });
});

/** A placed rule as the component writes it. */
const inAzure = ({ sources, destination, port, ...placed }: PlacedRule): SecurityRuleInputs => ({
  ...placed,
  direction: "Inbound",
  sourceAddressPrefixes: sources,
  sourcePortRange: "*",
  destinationPortRange: port,
  ...(destination === "machines"
    ? { destinationApplicationSecurityGroups: [{ id: "/machines" }] }
    : { destinationAddressPrefix: "*" }),
});

/** Written down from the first release; see the test that uses them. */
const FROZEN = { "allow-admins": 1509, "allow-clients": 3063 };

describe("checkFirewall", () => {
  const found = (rules: FirewallRuleSpec[]): string[] =>
    checkFirewall({ probePort: 8080, rules, reviewEveryDays: 30 }, "").map((item) => `${item.rule} ${item.path}`);
  const CASES: { title: string; rules: FirewallRuleSpec[]; expected: string[] }[] = [
    { title: "two rules of their own", rules: [rule("a"), rule("b")], expected: [] },
    {
      title: "a name that differs only in case",
      rules: [rule("web"), rule("Web")],
      expected: ["rule-name rules[1].name"],
    },
    {
      title: "the probe's name",
      rules: [rule("Allow-Azure-Load-Balancer-Probe")],
      expected: ["rule-name rules[0].name"],
    },
    { title: "the refusal's name", rules: [rule("deny-all-inbound")], expected: ["rule-name rules[0].name"] },
    {
      title: "a range that isn't written by its first address",
      rules: [rule("a", { sources: ["10.0.0.1/8"] })],
      expected: ["cidr rules[0].sources[0]"],
    },
    {
      title: "an address with a byte too large",
      rules: [rule("a", { sources: ["10.0.0.300"] })],
      expected: ["cidr rules[0].sources[0]"],
    },
    { title: "a single address", rules: [rule("a", { sources: ["203.0.113.7"] })], expected: [] },
    { title: "one service tag", rules: [rule("a", { sources: ["VirtualNetwork"] })], expected: [] },
    {
      title: "service tags beside ranges, which become rules of their own",
      rules: [rule("a", { sources: ["VirtualNetwork", "203.0.113.0/24", "Storage.WestEurope"] })],
      expected: [],
    },
    {
      title: "a name that a split rule gets too",
      rules: [rule("web", { sources: ["VirtualNetwork", "Internet"] }), rule("web-internet")],
      expected: ["rule-name rules[1].name"],
    },
    {
      title: "a name that the tag at its end makes too long",
      rules: [rule("w".repeat(72), { sources: ["10.0.0.0/8", "Internet"] })],
      expected: ["rule-name rules[0].name"],
    },
    {
      title: "ranges that lie side by side",
      rules: [rule("a", { sources: ["10.0.0.0/9", "10.128.0.0/9", "192.0.2.7", "192.0.2.8/32"] })],
      expected: [],
    },
    {
      title: "ranges within another, which Azure refuses, wherever they stand",
      rules: [rule("a", { sources: ["10.1.0.0/16", "10.0.0.0/8", "VirtualNetwork", "10.1.2.3"] })],
      expected: ["overlapping-sources rules[0].sources[0]", "overlapping-sources rules[0].sources[3]"],
    },
    {
      title: "one address written in two ways",
      rules: [rule("a", { sources: ["192.0.2.7", "192.0.2.7/32"] })],
      expected: ["overlapping-sources rules[0].sources[1]"],
    },
    {
      title: "the same range in two rules",
      rules: [rule("a", { sources: ["10.0.0.0/8"] }), rule("b", { port: 9, sources: ["10.0.0.0/8"] })],
      expected: [],
    },
    ...[22, 3389, 5985, 5986].flatMap((port) => [
      {
        title: `port ${port} open to the internet`,
        rules: [rule("a", { port, sources: ["Internet"] })],
        expected: ["administration-port rules[0].sources[0]"],
      },
      {
        title: `port ${port} open to every address`,
        rules: [rule("a", { port, sources: ["0.0.0.0/0"] })],
        expected: ["administration-port rules[0].sources[0]"],
      },
      {
        title: `port ${port} open to the internet in capitals`,
        rules: [rule("a", { port, sources: ["INTERNET"] })],
        expected: ["administration-port rules[0].sources[0]"],
      },
      {
        title: `port ${port} open to the virtual network, which holds peered networks too`,
        rules: [rule("a", { port, sources: ["VirtualNetwork"] })],
        expected: ["administration-port rules[0].sources[0]"],
      },
      {
        title: `port ${port} open to more than 256 addresses`,
        rules: [rule("a", { port, sources: ["10.9.0.7", "10.0.0.0/23"] })],
        expected: ["administration-port rules[0].sources[1]"],
      },
      {
        title: `port ${port} open to named addresses`,
        rules: [rule("a", { port, sources: ["203.0.113.0/24"] })],
        expected: [],
      },
    ]),
    { title: "a client port open to the internet", rules: [rule("a", { sources: ["Internet"] })], expected: [] },
    {
      title: "a way round by leading zeros",
      rules: [rule("a", { port: 22, sources: ["0.0.0.0/00"] })],
      expected: ["cidr rules[0].sources[0]"],
    },
  ];
  for (const { title, rules, expected } of CASES) {
    it(`answers ${title} with ${expected.join(", ") || "nothing"}`, () => expect(found(rules)).to.deep.equal(expected));
  }
});
