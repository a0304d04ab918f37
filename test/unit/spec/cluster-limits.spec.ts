import { expect } from "chai";
import { resolveCluster } from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

const found = (changes: Changes): string[] =>
  resolveCluster(clusterArguments(changes)).findings.map(({ rule, path }) => `${rule} ${path}`);
const tags = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, "x"]));
const addresses = (count: number): string[] => Array.from({ length: count }, (_, index) => `10.0.${index}.7`);
const balanced = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ name: `p${index}`, port: 9000 + index }));
const rules = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ name: `r${index}`, port: 10_000 + index, sources: ["10.0.0.7"] }));
const DATABASE = {
  name: "database",
  targetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/orders",
  groupId: "sqlServer",
};

/** What Azure would refuse in the middle of a deployment, and exactly what must be found before it. */
const CASES: [Changes, ...string[]][] = [
  ...["224.0.0.0/8", "127.0.0.0/16", "169.254.0.0/24", "0.0.0.0/1", "255.255.255.0/24"].map(
    (addressSpace): [Changes, string] => [
      { network: { addressSpace, machinesSubnet: addressSpace } },
      "reserved-range network.addressSpace",
    ],
  ),
  [{ network: { existing: { machinesSubnetId: "machines" } } }, "pattern network.existing.machinesSubnetId"],
  [
    {
      network: { existing: { machinesSubnetId: DATABASE.targetId.replace("Sql/servers", "Network/virtualNetworks") } },
    },
    "pattern network.existing.machinesSubnetId",
  ],
  [{ network: { flowLogs: { storageAccountId: "logs" } } }, "pattern network.flowLogs.storageAccountId"],
  [
    { secretStore: { private: true, privateDnsZoneId: "privatelink.vaultcore.azure.net" } },
    "pattern secretStore.privateDnsZoneId",
  ],
  [
    {
      firewall: { rules: [{ name: "Allow-Clients-VirtualNetwork", port: 99, sources: ["10.0.0.7"] }] },
      loadBalancer: { allowFrom: ["VirtualNetwork", "10.0.0.0/8"] },
    },
    "rule-name firewall.rules[0].name",
  ],
  [
    {
      loadBalancer: {
        allowFrom: ["10.0.0.0/8", "Storage"],
        ports: [
          { name: "x", port: 99 },
          { name: "x-Storage", port: 100 },
        ],
      },
    },
    "rule-name loadBalancer.ports[1].name",
  ],
  [{ loadBalancer: { allowFrom: ["VirtualNetwork", "Virtualnetwork"] } }, "rule-name loadBalancer.allowFrom"],
  [{ loadBalancer: { allowFrom: ["10.0.0.0/8", "10.1.0.0/16"] } }, "overlapping-sources loadBalancer.allowFrom[1]"],
  [{ loadBalancer: { ports: [{ name: "p".repeat(70), port: 81 }] } }, "rule-name loadBalancer.ports[0].name"],
  [
    {
      loadBalancer: {
        allowFrom: ["10.0.0.0/8", "AzureFrontDoor.Backend"],
        ports: [
          { name: "p".repeat(46), port: 81 },
          { name: "q".repeat(47), port: 82 },
        ],
      },
    },
    "rule-name loadBalancer.ports[1].name",
  ],
  [
    {
      loadBalancer: { allowFrom: addresses(200), ports: balanced(20) },
    },
    "firewall-size firewall.rules",
  ],
  [{ firewall: { rules: rules(500) }, loadBalancer: { ports: balanced(100) } }, "firewall-size firewall.rules"],
  [{ tags: { "cost/center": "4711" } }, 'pattern tags["cost/center"]'],
  [{ tags: { "": "4711" } }, 'pattern tags[""]'],
  [{ tags: { WindowsVersion: "2022" } }, 'pattern tags["WindowsVersion"]'],
  [{ tags: { Team: "a", team: "b" } }, "unique tags"],
  [{ tags: tags(50) }, "length tags"],
  [{ tags: tags(16), service: { secrets: { KEY: { value: "x" } } } }, "few-tags tags"],
  [{ tags: tags(16), network: { privateEndpoints: [DATABASE] } }, "few-tags tags"],
  [{ tags: tags(16), artifactStore: { private: true, uploadFrom: ["198.51.100.7"] } }, "few-tags tags"],
];

/** The same at its limit. */
const GOOD: Changes[] = [
  { loadBalancer: { allowFrom: addresses(190), ports: balanced(20) } },
  { firewall: { rules: rules(500) }, loadBalancer: { ports: balanced(99) } },
  { machines: { availability: null } },
  { compute: "machines", machines: { autoscale: null, repairs: null } },
  { network: { existing: null, addressSpace: "10.20.0.0/15" } },
  { network: { existing: { machinesSubnetId: "/s" }, addressSpace: null } },
  { tags: tags(49) },
  { tags: { "cost center (EU)": "4711" } },
  { tags: tags(15), service: { secrets: { KEY: { value: "x" } } }, secretStore: { private: true } },
  {
    tags: tags(16),
    artifactStore: { private: true, privateDnsZoneId: "/zone", uploadFrom: ["198.51.100.7"] },
  },
];

const title = (changes: Changes): string => {
  const text = JSON.stringify(changes);
  return text.length > 90 ? `${text.slice(0, 87)}...` : text;
};

describe("Azure's limits of a cluster", () => {
  for (const [changes, ...expected] of CASES) {
    it(`finds ${expected.join(", ")} in ${title(changes)}`, () => expect(found(changes)).to.deep.equal(expected));
  }
  for (const changes of GOOD) {
    it(`finds nothing in ${title(changes)}`, () => expect(found(changes)).to.deep.equal([]));
  }
});
