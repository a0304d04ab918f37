import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { newPrivateDnsZones, PRIVATE_DNS_ZONES, privateDnsZoneOf, resolveCluster, subnetSize } from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

const TARGET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/orders";
const DATABASE = { name: "database", targetId: TARGET, groupId: "sqlServer" };

const found = (changes: Changes): string[] =>
  resolveCluster(clusterArguments(changes)).findings.map(({ rule, path }) => `${rule} ${path}`);
const among = (...privateEndpoints: unknown[]): string[] => found({ network: { privateEndpoints } });
const fixOf = (endpoint: object): string =>
  resolveCluster(clusterArguments({ network: { privateEndpoints: [{ ...DATABASE, ...endpoint }] } })).findings[0]!.fix;

describe("private endpoints of a network", () => {
  const GOOD: [what: string, endpoints: object[]][] = [
    ["a part of a service whose zone is known", [DATABASE]],
    ["a target that another resource makes", [{ ...DATABASE, targetId: pulumi.output(TARGET) }]],
    [
      "two services of a kind",
      [DATABASE, { ...DATABASE, name: "reports", targetId: TARGET.replace("orders", "reports") }],
    ],
    ["two parts of a service", ["blob", "queue"].map((groupId) => ({ ...DATABASE, name: groupId, groupId }))],
    ["a named zone", [{ ...DATABASE, groupId: "Sql", privateDnsZoneName: "privatelink.documents.azure.com" }]],
    ["a zone that is there", [{ ...DATABASE, groupId: "Sql", privateDnsZoneId: "/zone" }]],
  ];
  for (const [what, endpoints] of GOOD) {
    it(`may be ${what}`, () => expect(among(...endpoints)).to.deep.equal([]));
  }

  const AT = "network.privateEndpoints[0]";
  const WRONG: [what: string, endpoints: unknown[], ...expected: string[]][] = [
    ["no target", [{ ...DATABASE, targetId: undefined }], `required ${AT}.targetId`],
    ["a name instead of an id", [{ ...DATABASE, targetId: "orders" }], `resource-id ${AT}.targetId`],
    ["an address instead of an id", [{ ...DATABASE, targetId: "https://orders" }], `resource-id ${AT}.targetId`],
    ["a part that Azure writes otherwise", [{ ...DATABASE, groupId: "SqlServer" }], `private-dns ${AT}.groupId`],
    ["a part that several services have", [{ ...DATABASE, groupId: "account" }], `private-dns ${AT}.groupId`],
    ["a part that objects have by nature", [{ ...DATABASE, groupId: "constructor" }], `private-dns ${AT}.groupId`],
    [
      "a zone by name and by id",
      [{ ...DATABASE, privateDnsZoneName: "privatelink.a.net", privateDnsZoneId: "/zone" }],
      `private-dns ${AT}.privateDnsZoneName`,
    ],
    [
      "a zone that is there beside a new one of its name",
      [DATABASE, { ...DATABASE, name: "reports", targetId: `${TARGET}2`, privateDnsZoneId: "/zone" }],
      "private-dns network.privateEndpoints[1].privateDnsZoneId",
    ],
    ["a zone of one label", [{ ...DATABASE, privateDnsZoneName: "net" }], `pattern ${AT}.privateDnsZoneName`],
    [
      "a label with a hyphen at its end",
      [{ ...DATABASE, privateDnsZoneName: "a-.net" }],
      `pattern ${AT}.privateDnsZoneName`,
    ],
    ["a name with a blank", [{ ...DATABASE, name: "my database" }], `pattern ${AT}.name`],
    [
      "a name that differs in case only",
      [DATABASE, { ...DATABASE, name: "Database", targetId: `${TARGET}2` }],
      "unique-name network.privateEndpoints[1].name",
    ],
    [
      "one service twice, whose one name both would claim",
      [
        DATABASE,
        { ...DATABASE, name: "again", targetId: TARGET.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions") },
      ],
      "unique-target network.privateEndpoints[1].targetId",
    ],
  ];
  for (const [what, endpoints, ...expected] of WRONG) {
    it(`may not have ${what}`, () => expect(among(...endpoints)).to.deep.equal(expected));
  }

  it("are told how Azure writes a part that differs in case only", () => {
    expect(fixOf({ groupId: "SQLSERVER" })).to.include('Write "sqlServer"');
    expect(fixOf({ groupId: "account" })).to.include("privateDnsZoneName");
  });

  it("can't be declared for a network that is there already: its owner does", () => {
    expect(found({ network: { existing: { machinesSubnetId: "/s" }, privateEndpoints: [DATABASE] } })).to.deep.equal([
      "existing-network network.privateEndpoints",
    ]);
  });
});

describe("the zones of private endpoints", () => {
  it("are made once per name, and not where they are there", () => {
    const zone = PRIVATE_DNS_ZONES.blob;
    expect(
      newPrivateDnsZones([
        { name: "a", targetId: "/a", groupId: "vault" },
        { name: "b", targetId: "/b", groupId: "blob" },
        { name: "c", targetId: "/c", groupId: "blob" },
        { name: "d", targetId: "/d", groupId: "anything", privateDnsZoneName: zone.toUpperCase() },
        { name: "e", targetId: "/e", groupId: "sqlServer", privateDnsZoneId: "/zone" },
      ]),
    ).to.deep.equal([zone, PRIVATE_DNS_ZONES.vault]);
  });

  it("are Azure's, all of them private links", () => {
    for (const [groupId, zone] of Object.entries(PRIVATE_DNS_ZONES)) {
      expect(zone).to.match(/^privatelink\.[a-z.]+\.(net|com|io)$/);
      expect(privateDnsZoneOf({ groupId })).to.equal(zone);
    }
  });

  it("stand in the documentation, each with its part", () => {
    const page = readFileSync(join(__dirname, "../../../docs/components/network.md"), "utf8");
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    for (const [groupId, zone] of Object.entries(PRIVATE_DNS_ZONES)) {
      const [row] = rows.filter((line) => line.includes(`\`${groupId}\``));
      expect(row?.replaceAll("<groupId>", groupId), groupId).to.include(`\`${zone}\``);
    }
  });

  it("aren't guessed for parts that stand for several zones", () => {
    for (const groupId of ["account", "Sql", "Table", "Web", "topic", "redisEnterprise", "Gateway", "toString"]) {
      expect(privateDnsZoneOf({ groupId }), groupId).to.equal(undefined);
    }
  });
});

describe("the stores of a cluster, reached privately", () => {
  const zone = PRIVATE_DNS_ZONES.blob;
  const upload = { uploadFrom: ["198.51.100.7"] };
  const EXISTING = { existing: { machinesSubnetId: "/s" } };
  const blobs = { name: "files", targetId: TARGET, groupId: "blob" };

  const CASES: [what: string, changes: Changes, ...expected: string[]][] = [
    ["programs", { artifactStore: { ...upload, private: true } }],
    [
      "programs in an existing network whose id is known",
      {
        artifactStore: { ...upload, private: true },
        network: { existing: { machinesSubnetId: "/s", virtualNetworkId: "/n" } },
      },
    ],
    [
      "programs in an existing network that has the zone",
      { artifactStore: { ...upload, private: true, privateDnsZoneId: "/z" }, network: EXISTING },
    ],
    [
      "programs beside another account, in one zone",
      { artifactStore: { ...upload, private: true }, network: { privateEndpoints: [blobs] } },
    ],
    [
      "programs that nobody can upload",
      { artifactStore: { private: true } },
      "artifact-store-reach artifactStore.uploadFrom",
    ],
    [
      "programs that an existing network can't find",
      { artifactStore: { ...upload, private: true }, network: EXISTING },
      "private-dns artifactStore.privateDnsZoneId",
    ],
    [
      "nothing, but with a zone",
      { artifactStore: { ...upload, privateDnsZoneId: "/z" } },
      "private-dns artifactStore.privateDnsZoneId",
    ],
    [
      `programs, with two zones ${zone}`,
      {
        artifactStore: { ...upload, private: true, privateDnsZoneId: "/z" },
        network: { privateEndpoints: [blobs] },
      },
      "private-dns artifactStore.privateDnsZoneId",
    ],
  ];
  for (const [what, changes, ...expected] of CASES) {
    it(`are ${what}: ${expected.join(", ") || "fine"}`, () => expect(found(changes)).to.deep.equal(expected));
  }
});

describe("the size of the machines' subnet, with private endpoints", () => {
  const endpoints = (count: number): object[] =>
    Array.from({ length: count }, (_, index) => ({
      ...DATABASE,
      name: `d${index}`,
      targetId: `${TARGET}${index}`,
    }));
  const size = (count: number, more: Changes = {}): string[] =>
    found({ ...more, network: { machinesSubnet: "10.20.0.0/28", privateEndpoints: endpoints(count) } });

  // A /28 has 11 addresses: three machines, a front end and a replacement take five.
  it("counts them", () => {
    expect(size(6)).to.deep.equal([]);
    expect(size(7)).to.deep.equal(["subnet-size network.machinesSubnet"]);
  });

  it("counts those of the stores, too", () => {
    expect(size(6, { artifactStore: { uploadFrom: ["198.51.100.7"], private: true } })).to.deep.equal([
      "subnet-size network.machinesSubnet",
    ]);
    expect(size(5, { artifactStore: { uploadFrom: ["198.51.100.7"], private: true } })).to.deep.equal([]);
  });

  it("says how many they are", () => {
    const args = clusterArguments({ network: { machinesSubnet: "10.20.0.0/28", privateEndpoints: endpoints(7) } });
    expect(resolveCluster(args).findings[0]!.allowed).to.include("12 usable").and.include("private endpoints: 7");
  });

  it("is a term of the model", () => {
    const others = { machines: 3, surge: 1, growth: 0, frontEnds: 1 };
    expect(subnetSize({ ...others, endpoints: 6 })).to.include({ needed: 11, prefixLength: 28 });
    expect(subnetSize({ ...others, endpoints: 7 })).to.include({ needed: 12, prefixLength: 27 });
  });
});
