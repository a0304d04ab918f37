import { randomBytes } from "node:crypto";
import { expect } from "chai";
import * as fc from "fast-check";
import { CONSUL_FIELD, formatFindings, quorum, resolveConsul, withDefaults } from "@windows-ha/spec";

const PACKAGE = { url: "https://files.example.com/consul_1.21.5_linux_amd64.zip", sha256: "a".repeat(64) };
const PROGRAM = { version: "1.21.5", linux: PACKAGE, windows: PACKAGE };
const TOKEN = "aaaaaaaa-1111-4000-8000-000000000000";
const EXISTING = {
  retryJoin: ["10.1.0.4"],
  caCertificate: "-----BEGIN CERTIFICATE-----",
  agentToken: TOKEN,
  serviceToken: TOKEN,
};
const GOSSIP_KEY = randomBytes(32).toString("base64");

const rulesOf = (args: object): string[] =>
  resolveConsul({ program: PROGRAM, ...args }).findings.map(({ rule, path }) => `${rule} ${path}`);

describe("the discovery of a cluster", () => {
  it("is by three servers of its own, one in each zone, when nothing else is said", () => {
    const { spec } = resolveConsul({ program: PROGRAM });
    expect(spec!.servers).to.deep.equal({
      count: 3,
      zones: ["1", "2", "3"],
      size: "Standard_D2s_v5",
      osDiskType: "Premium_LRS",
      dataDiskType: "Premium_LRS",
      dataDiskSizeGb: 32,
      protect: true,
    });
    expect(spec).to.include({ enabled: true, datacenter: "dc1", domain: "consul" });
  });

  it("has no servers where it is switched off, or by those that are there", () => {
    expect(resolveConsul({ enabled: false }).spec).to.not.have.property("servers");
    const existing = resolveConsul({ program: PROGRAM, existing: EXISTING, gossipKey: GOSSIP_KEY });
    expect(existing.spec).to.not.have.property("servers");
  });

  it("is checked before anything is created", () => {
    const RIGHT: object[] = [
      { servers: { count: 5 } },
      { servers: { size: "Standard_F4s_v2" } },
      { servers: { size: "Standard_E4-2s_v5" } },
      { existing: EXISTING, gossipKey: GOSSIP_KEY },
      { gossipKey: GOSSIP_KEY },
    ];
    for (const args of RIGHT) expect(rulesOf(args), JSON.stringify(args)).to.deep.equal([]);
  });

  const WRONG: [title: string, args: object, findings: string[]][] = [
    ["an even number of servers", { servers: { count: 4 } }, ["consul-servers servers.count"]],
    ["one server", { servers: { count: 1 } }, ["consul-servers servers.count"]],
    ["seven servers", { servers: { count: 7 } }, ["consul-servers servers.count"]],
    ["two zones for three servers", { servers: { zones: ["1", "2"] } }, ["consul-zones servers.zones"]],
    ["two zones for five servers", { servers: { count: 5, zones: ["1", "3"] } }, ["consul-zones servers.zones"]],
    ["a zone twice", { servers: { zones: ["1", "1", "2"] } }, ["unique servers.zones"]],
    ["a burstable size", { servers: { size: "Standard_B2s" } }, ["consul-size servers.size"]],
    ["a newer burstable size", { servers: { size: "Standard_B2s_v2" } }, ["consul-size servers.size"]],
    ["one processor", { servers: { size: "Standard_F1s" } }, ["consul-size servers.size"]],
    ["one processor left of four", { servers: { size: "Standard_E4-1s_v5" } }, ["consul-size servers.size"]],
    [
      "processors that Consul isn't installed for",
      { servers: { size: "Standard_D2ps_v5" } },
      ["consul-size servers.size"],
    ],
    ["a size with NVMe disks alone", { servers: { size: "Standard_D2s_v6" } }, ["consul-size servers.size"]],
    ["a size without Premium disks", { servers: { size: "Standard_D2_v5" } }, ["premium-disk-size servers.size"]],
    ["servers on Windows", { servers: { os: "windows" } }, ["unknown-property servers.os"]],
    ["a mesh", { mesh: { enabled: true } }, ["unknown-property mesh"]],
    ["a key of 16 bytes", { gossipKey: randomBytes(16).toString("base64") }, ["pattern gossipKey"]],
    ["a key that isn't base64", { gossipKey: "x".repeat(44) }, ["pattern gossipKey"]],
    ["no key of servers that are there", { existing: EXISTING }, ["required gossipKey"]],
    [
      "servers beside those that are there",
      { existing: EXISTING, gossipKey: GOSSIP_KEY, servers: {} },
      ["consul-parts servers"],
    ],
    [
      "queries of servers that are there",
      { existing: EXISTING, gossipKey: GOSSIP_KEY, queries: [{ service: "orders" }] },
      ["consul-parts queries"],
    ],
    [
      "a query twice",
      { queries: [{ service: "orders" }, { service: "Orders" }] },
      ["consul-query-name queries[1].name"],
    ],
    [
      "a failover to two places at once",
      { queries: [{ service: "orders", failover: [{ datacenter: "dc2", peer: "west" }] }] },
      ["consul-failover queries[0].failover[0]"],
    ],
    [
      "a token that isn't one",
      { existing: { ...EXISTING, serviceToken: "secret" }, gossipKey: GOSSIP_KEY },
      ["pattern existing.serviceToken"],
    ],
    ["an agent in two forms", { agent: { path: "a", url: "https://x/a" } }, ["artifact-source agent"]],
    ["snapshots of no interval", { snapshots: { intervalMinutes: 0 } }, ["range snapshots.intervalMinutes"]],
    ["servers where it is switched off", { enabled: false, program: undefined, servers: {} }, ["consul-parts servers"]],
    ["no program", { program: undefined }, ["required program"]],
    ["no program for the servers", { program: { ...PROGRAM, linux: undefined } }, ["required program.linux"]],
    ["an old program", { program: { ...PROGRAM, version: "1.16.4" } }, ["consul-version program.version"]],
    [
      "a program without a secure address",
      { program: { ...PROGRAM, windows: { ...PACKAGE, url: "http://x/c.zip" } } },
      ["pattern program.windows.url"],
    ],
    ["a datacenter that isn't part of a DNS name", { datacenter: "West_1" }, ["pattern datacenter"]],
    [
      "several mistakes at once",
      { servers: { count: 4, size: "Standard_B2s" } },
      ["consul-servers servers.count", "consul-size servers.size"],
    ],
  ];
  for (const [title, args, findings] of WRONG) {
    it(`is refused with ${title}`, () => {
      expect(rulesOf(args)).to.deep.equal(findings);
    });
  }

  it("says what to take instead", () => {
    const said = (servers: object): string =>
      formatFindings("c", resolveConsul({ program: PROGRAM, servers }).findings);
    expect(said({ count: 4 }))
      .to.include("4 stand the loss of 1, as 3 do")
      .and.include("Set servers.count to 3.");
    expect(said({ count: 7 })).to.include("Set servers.count to 5.");
    expect(said({ size: "Standard_B2s" }))
      .to.include("burstable")
      .and.include("Take Standard_D2s_v5.");
    expect(said({ os: "windows" })).to.include("Windows machines are clients");
  });

  it("never shows a key", () => {
    const key = randomBytes(16).toString("base64");
    expect(formatFindings("c", resolveConsul({ program: PROGRAM, gossipKey: key }).findings)).to.not.include(key);
  });

  it("is accepted just where a majority outlives the loss of any zone", () => {
    const zones = fc.shuffledSubarray(["1", "2", "3"], { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(3, 5), zones, (count, given) => {
        const inZones = given.map((_, zone) =>
          Array.from({ length: count }).filter((_, i) => i % given.length === zone),
        );
        const left = count - Math.max(...inZones.map(({ length }) => length));
        const { spec } = resolveConsul({ program: PROGRAM, servers: { count, zones: given } });
        expect(spec !== undefined).to.equal(left >= quorum(count).votes);
      }),
    );
  });

  it("leaves out of its defaults what has to be chosen", () => {
    expect(withDefaults<object>(CONSUL_FIELD, {})).to.not.have.any.keys("program", "gossipKey", "existing");
  });
});
