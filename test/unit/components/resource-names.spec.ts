import { expect } from "chai";
import {
  ArtifactStore,
  Firewall,
  LoadBalancer,
  Network,
  SecretStore,
  WindowsHaCluster,
  WindowsMachines,
  WindowsScaleSet,
} from "windows-ha";
import { attempt, clusterArgs, PLACE, recordUpdate } from "./support";

const MACHINES = { ...PLACE, subnetId: "/subnet", health: { port: 8080 } };
const NETWORK = { ...PLACE, networkSecurityGroupId: "/nsg" };
const DATABASE = {
  name: "database",
  targetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/orders",
  groupId: "sqlServer",
};
const BALANCER = {
  ...PLACE,
  public: true,
  ports: [{ name: "http", frontendPort: 80, backendPort: 8080 }],
  probe: { port: 8080 },
};

/** Each component, the longest name that it takes, and the resource whose name is the reason. */
const LONGEST: [title: string, most: number, create: (name: string) => unknown][] = [
  ["Firewall", 63, (name) => new Firewall(name, { ...PLACE, probePort: 80, rules: [] })],
  ["Network", 56, (name) => new Network(name, NETWORK)],
  ["Network with an endpoint", 38, (name) => new Network(name, { ...NETWORK, privateEndpoints: [DATABASE] })],
  ["LoadBalancer", 57, (name) => new LoadBalancer(name, BALANCER)],
  [
    "LoadBalancer with ten addresses",
    52,
    (name) => new LoadBalancer(name, { ...BALANCER, outbound: { addresses: 10, machines: 3 } }),
  ],
  ["WindowsScaleSet", 56, (name) => new WindowsScaleSet(name, { ...MACHINES, computerNamePrefix: "web" })],
  ["WindowsMachines", 54, (name) => new WindowsMachines(name, { ...MACHINES, computerNamePrefix: "web" })],
  ["WindowsMachines, ten", 53, (name) => new WindowsMachines(name, { ...MACHINES, count: 10 })],
  [
    "SecretStore reached privately",
    47,
    (name) =>
      new SecretStore(name, { ...PLACE, secrets: {}, private: { subnetId: "/subnet", virtualNetworkId: "/network" } }),
  ],
  ["WindowsHaCluster", 47, (name) => new WindowsHaCluster(name, clusterArgs())],
  [
    "WindowsHaCluster of single machines",
    45,
    (name) => new WindowsHaCluster(name, clusterArgs({ compute: "machines" })),
  ],
];

describe("the name of a component", () => {
  for (const [title, most, create] of LONGEST) {
    it(`has at most ${most} characters: ${title}`, async () => {
      await recordUpdate(() => void create("n".repeat(most)));
      const { failure, registered } = await attempt(() => create("n".repeat(most + 1)));
      expect(failure.message).to.match(new RegExp(`name is .*\\(${most + 1} characters\\) \\[resource-name\\]`));
      expect(failure.message).to.contain(`at most ${most} characters`);
      expect(registered).to.deep.equal([]);
    });
  }

  for (const name of ["orders/eu", "Orders Service", "-orders", "bestellungen-münchen", "orders.eu", ""]) {
    it(`stands in Azure's names, so ${JSON.stringify(name)} is refused together with everything else`, async () => {
      const { failure, registered } = await attempt(
        () => new WindowsHaCluster(name, clusterArgs({ machines: { count: 1 } })),
      );
      expect(failure.message).to.contain("2 problems").and.to.contain("[resource-name]");
      expect(registered).to.deep.equal([]);
    });
  }

  it("may have capitals, digits, hyphens and underscores", async () => {
    await recordUpdate(() => void new WindowsHaCluster("7-Orders_EU-", clusterArgs()));
  });

  it("is refused by an artifact store, too", async () => {
    const args = { ...PLACE, artifacts: [], reader: { principalId: "p", clientId: "c" } };
    const { failure } = await attempt(() => new ArtifactStore("a b", args));
    expect(failure.message).to.contain("[resource-name]");
  });
});
