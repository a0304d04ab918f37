import { expect } from "chai";
import { checkServerAddresses, consulNodePrefix, resolveConsulServers, serverAddresses } from "@windows-ha/spec";

const PACKAGE = { url: "https://files.example.com/consul_1.21.5.zip", sha256: "A".repeat(64) };

describe("addresses of Consul's servers", () => {
  it("are the first ones of their subnet that Azure leaves free", () => {
    expect(serverAddresses({ count: 3, subnetRange: "10.20.4.0/27" })).to.deep.equal([
      "10.20.4.4",
      "10.20.4.5",
      "10.20.4.6",
    ]);
  });

  const rules = (placed: Parameters<typeof checkServerAddresses>[0]): string[] =>
    checkServerAddresses(placed, "").map(({ rule, path }) => `${rule} ${path}`);
  const subnetRange = "10.20.4.0/28";
  const WRONG: [string, Parameters<typeof checkServerAddresses>[0], string[]][] = [
    ["nothing is said", { count: 3 }, ["consul-addresses subnetRange"]],
    ["the range is none", { count: 3, subnetRange: "10.20.4.1/28" }, ["cidr subnetRange"]],
    ["the range has no room", { count: 5, subnetRange: "10.20.4.0/29" }, ["subnet-size subnetRange"]],
    ["one is missing", { count: 3, addresses: ["10.1.0.4", "10.1.0.5"] }, ["consul-addresses addresses"]],
    [
      "Azure keeps two of them, and one is elsewhere",
      { count: 3, subnetRange, addresses: ["10.20.4.3", "10.20.4.15", "10.20.5.4"] },
      ["consul-addresses addresses[0]", "consul-addresses addresses[1]", "consul-addresses addresses[2]"],
    ],
    [
      "one is no address",
      { count: 3, addresses: ["10.1.0.4", "10.1.0.5", "10.1.0.256"] },
      ["consul-addresses addresses[2]"],
    ],
  ];
  for (const [title, placed, expected] of WRONG) {
    it(`are refused when ${title}`, () => expect(rules(placed)).to.deep.equal(expected));
  }

  it("are taken as they were given", () => {
    expect(rules({ count: 3, subnetRange, addresses: ["10.20.4.4", "10.20.4.7", "10.20.4.14"] })).to.deep.equal([]);
  });
});

describe("the arguments of a datacenter's servers", () => {
  const ARGS = {
    resourceGroupName: "orders",
    program: { version: "1.21.5", linux: PACKAGE },
    subnetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/consul",
    subnetRange: "10.20.4.0/27",
    secretStore: { allowFrom: ["203.0.113.4"] },
  };
  const clients = { principalId: "id", machinePrefixes: ["orders"], services: ["orders"] };
  const rules = (args: object): string[] =>
    resolveConsulServers("orders-consul", { ...ARGS, ...args }).findings.map(({ rule, path }) => `${rule} ${path}`);

  it("are few", () => {
    const { spec } = resolveConsulServers("orders-consul", ARGS);
    expect(spec).to.deep.include({ count: 3, nodePrefix: "consul-orders", clientRanges: ["VirtualNetwork"] });
    expect(spec!.snapshots).to.deep.equal({ enabled: true, intervalMinutes: 60, keep: 168 });
  });

  it("lead to names that no machine's token may write", () => {
    expect(consulNodePrefix("orders-consul")).to.equal("consul-orders");
    expect(consulNodePrefix("Shop_West")).to.equal("consul-shop-west");
    expect(consulNodePrefix("consul")).to.equal("consul");
  });

  const WRONG: [string, object, string[]][] = [
    ["an even number", { count: 4 }, ["consul-servers count"]],
    ["a burstable size", { size: "Standard_B2s" }, ["consul-size size"]],
    ["one zone", { zones: ["1"] }, ["consul-zones zones"]],
    ["Windows", { os: "windows" }, ["unknown-property os"]],
    [
      "machines with the servers' names",
      { clients: { ...clients, machinePrefixes: ["con"] } },
      ["consul-node-prefix clients.machinePrefixes[0]"],
    ],
    ["a service twice", { clients: { ...clients, services: ["orders", "orders"] } }, ["unique clients.services"]],
    ["no way to the vault", { secretStore: {} }, ["secret-store-reach secretStore"]],
    ["an oversize value", { values: { a: "x".repeat(512 * 1024 + 1) } }, ['consul-value-size values["a"]']],
    ["a key that needs an escape", { values: { "a b": "x" } }, ['consul-key values["a b"]']],
    ["no program for Linux", { program: { version: "1.21.5", windows: PACKAGE } }, ["required program.linux"]],
    [
      "too many tags",
      { tags: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`t${index}`, "x"])) },
      ["few-tags tags"],
    ],
    [
      "several mistakes",
      { count: 7, size: "Standard_B2s", gossipKey: undefined, queries: [{ service: "a" }, { service: "a" }] },
      ["consul-servers count", "consul-size size", "consul-query-name queries[1].name"],
    ],
  ];
  for (const [title, args, expected] of WRONG) {
    it(`are refused with ${title}`, () => expect(rules(args)).to.deep.equal(expected));
  }
});
