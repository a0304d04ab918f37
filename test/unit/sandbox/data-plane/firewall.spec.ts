import { expect } from "chai";
import { failureOf, get, until } from "./asking";
import { FRONT_END_PORT, TestCluster } from "./cluster";
import { rule } from "./security-rules";

describe("sandbox firewall", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  let address: string;
  beforeEach(async () => {
    cluster = await TestCluster.start();
    address = cluster.putBalancer();
  });
  afterEach(() => cluster.end());

  const clients = (access: string) =>
    rule({
      name: "clients",
      priority: 200,
      access,
      protocol: "Tcp",
      sourceAddressPrefix: "VirtualNetwork",
      destinationPortRange: "8080",
    });
  const probes = (access: string) =>
    rule({ name: "probes", priority: 100, access, sourceAddressPrefix: "AzureLoadBalancer" });

  it("lets a local client of an internal front end in as a machine of the virtual network", async () => {
    cluster.putNetwork([probes("Allow"), clients("Allow"), rule({ name: "rest", priority: 4096, access: "Deny" })]);
    await cluster.put({ capacity: 1 });
    await until("it is up", () => cluster.upCount() === 1);
    expect(await get(address, FRONT_END_PORT)).to.include({ machine: cluster.names()[0] });
  });

  it("closes a denied flow without an answer and names the rule in the log", async () => {
    cluster.putNetwork([probes("Allow"), clients("Deny")]);
    await cluster.put({ capacity: 1 });
    await until("it is up", () => cluster.upCount() === 1);
    const failure = await failureOf(get(address, FRONT_END_PORT));
    expect(failure.message).to.equal("socket hang up");
    expect(cluster.log.join("\n")).to.match(/firewall drops 10\.20\.3\.254 to orders\w{6}:8080 by nsg\/clients/);
  });

  it("leads a rule for an application security group to its members alone", async () => {
    const group = "/subscriptions/0/resourceGroups/test/providers/Microsoft.Network/applicationSecurityGroups/web";
    const forMembers = { destinationAddressPrefix: undefined, destinationApplicationSecurityGroups: [{ id: group }] };
    cluster.putNetwork([
      { ...probes("Allow") },
      { ...clients("Allow"), ...forMembers },
      rule({ name: "rest", priority: 4096, access: "Deny" }),
    ]);
    await cluster.put({ capacity: 1 });
    await until("it is up", () => cluster.upCount() === 1);
    expect((await failureOf(get(address, FRONT_END_PORT))).message).to.equal("socket hang up");
    await cluster.put({ capacity: 1, applicationSecurityGroups: [group.toUpperCase()] });
    await until("it is up again", () => cluster.upCount() === 1);
    expect(await get(address, FRONT_END_PORT)).to.include({ machine: cluster.names()[0] });
  });

  it("decides about new flows as soon as its rules change", async () => {
    cluster.putNetwork([]);
    await cluster.put({ capacity: 1 });
    await until("it is up", () => cluster.upCount() === 1);
    await get(address, FRONT_END_PORT);
    cluster.putNetwork([clients("Deny")]);
    expect((await failureOf(get(address, FRONT_END_PORT))).message).to.equal("socket hang up");
  });

  it("keeps probes away, so that no machine comes up", async () => {
    cluster.putNetwork([probes("Deny")]);
    await cluster.put({ capacity: 1 });
    await until("it is found down", () => cluster.plane.frontEnds()[0]!.backEnds[0]!.state === "down");
    expect((await failureOf(get(address, FRONT_END_PORT))).code).to.equal("ECONNRESET");
  });

  describe("of a public front end", () => {
    beforeEach(() => {
      const balancer = cluster.store.list("azure-native:network:LoadBalancer")[0]!;
      const id = balancer.id.replace(/loadBalancers.*/, "publicIPAddresses/ip");
      cluster.store.put({
        id,
        type: "azure-native:network:PublicIPAddress",
        name: "ip",
        inputs: {},
        outputs: { ipAddress: address },
      });
      const frontendIPConfigurations = [{ name: "clients", publicIPAddress: { id } }];
      cluster.store.put({ ...balancer, inputs: { ...balancer.inputs, frontendIPConfigurations }, outputs: {} });
    });

    for (const { title, source, answered } of [
      { title: "lets a local client in as an address of the Internet", source: "203.0.113.0/24", answered: true },
      {
        title: "keeps a local client out whom only the virtual network's rule would let in",
        source: "VirtualNetwork",
        answered: false,
      },
    ]) {
      it(title, async () => {
        cluster.putNetwork([
          rule({ name: "clients", priority: 200, sourceAddressPrefix: source, destinationPortRange: "8080" }),
        ]);
        await cluster.put({ capacity: 1 });
        await until("it is up", () => cluster.upCount() === 1);
        const answer = get(address, FRONT_END_PORT).then(
          () => true,
          () => false,
        );
        expect(await answer).to.equal(answered);
      });
    }

    it("is closed without any network security group", async () => {
      await cluster.put({ capacity: 1 });
      await until("the probe is refused", () => cluster.plane.frontEnds()[0]!.backEnds[0]!.state === "down");
      expect((await failureOf(get(address, FRONT_END_PORT))).code).to.equal("ECONNRESET");
    });
  });
});
