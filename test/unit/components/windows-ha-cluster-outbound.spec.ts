import { expect } from "chai";
import { promiseOf, Template, type Recording, type Values } from "@windows-ha/testing";
import { WindowsHaCluster, type WindowsHaClusterArgs } from "windows-ha";
import { bodyOf, clusterArgs, failureOf, inBothPasses } from "./support";

const BALANCER = "azure-native:network:LoadBalancer";
const PUBLIC = { public: true, allowFrom: ["Internet"] };
const OUT = { ...PUBLIC, outbound: { addresses: 2 } };
const create =
  (loadBalancer: WindowsHaClusterArgs["loadBalancer"], changes: Partial<WindowsHaClusterArgs> = {}) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs({ ...changes, loadBalancer }));
const rulesOf = (recording: Recording): Record<string, string[]> =>
  Object.fromEntries(
    Template.of(recording)
      .findResources(BALANCER)
      .map(({ name, inputs }) => [
        name,
        (inputs.loadBalancingRules as Values[]).map(
          ({ protocol, frontendPort, backendPort }) => `${protocol} ${frontendPort} ${backendPort}`,
        ),
      ]),
  );

describe("how a cluster's machines go out", () => {
  inBothPasses("is a NAT gateway when nothing is said, and no rule of the balancer", create(PUBLIC), (recording) => {
    Template.of(recording).resourceCountIs("azure-native:network:NatGateway", 1);
    expect(bodyOf(recording, BALANCER)).not.to.have.property("outboundRules");
    expect(bodyOf(recording, "azure-native:network:Subnet")).to.have.property("natGateway");
  });

  inBothPasses(
    "is the balancer's public addresses when they are asked for, with no gateway that would go before them",
    create(OUT),
    async (recording) => {
      Template.of(recording).resourceCountIs("azure-native:network:NatGateway", 0);
      Template.of(recording).resourceCountIs("azure-native:network:PublicIPAddress", 2);
      expect(bodyOf(recording, "azure-native:network:Subnet")).not.to.have.property("natGateway");
      expect(bodyOf(recording, "azure-native:network:Subnet")).to.include({ defaultOutboundAccess: false });
      const [rule] = bodyOf(recording, BALANCER).outboundRules as Values[];
      // (2 × 64,000 − the block of port 8080) ÷ 4 machines: three, and one that replaces another.
      expect(rule).to.include({ allocatedOutboundPorts: 31_992, protocol: "All" });
      expect(recording.result.network!.outboundAddress).to.equal(undefined);
      expect((await promiseOf(recording.result.prediction)).value!.outbound).to.deep.include({
        way: "loadBalancer",
        ports: 31_992,
      });
    },
  );

  inBothPasses(
    "is known to the cluster's vault",
    create(OUT, { service: { ...clusterArgs().service, secrets: { TOKEN: { value: "token" } } } }),
    (recording) => {
      // A preview doesn't know the addresses, so it knows nothing of the properties that they are in.
      if (recording.preview) return;
      const { properties } = bodyOf(recording, "azure-native:keyvault:Vault") as {
        properties: { networkAcls: { ipRules: { value: string }[] } };
      };
      expect(properties.networkAcls.ipRules).to.have.length(2);
      expect(properties.networkAcls.ipRules[0]!.value).to.match(/^203\.0\.113\.10/);
    },
  );

  it("is asked for a public address, and for no more connections than it has ports", async () => {
    const internal = await failureOf(create({ outbound: {} }));
    expect(internal.message).to.contain("loadBalancer.outbound is given, without a public address [outbound-public]");
    const many = await failureOf(create({ ...OUT, outbound: { connectionsPerMachine: 30_000 } }));
    expect(many.message).to.contain("loadBalancer.outbound.connectionsPerMachine").and.contain("addresses to 2");
  });
});

describe("a cluster that balances all ports", () => {
  inBothPasses(
    "has one rule for them, and its firewall still lets in named ones only",
    create({ haPorts: true }),
    (recording) => {
      expect(rulesOf(recording)).to.deep.equal({ "orders-load-balancer": ["All 0 0"] });
      const rules = bodyOf(recording, "azure-native:network:NetworkSecurityGroup").securityRules as Values[];
      const allowed = rules
        .filter(({ access }) => access === "Allow")
        .map(({ destinationPortRange }) => destinationPortRange as string);
      expect(new Set(allowed)).to.deep.equal(new Set(["8080"]));
    },
  );

  inBothPasses(
    "names the ports of its public address",
    create({ ...PUBLIC, internal: true, haPorts: true, port: 80 }),
    (recording) => {
      expect(rulesOf(recording)).to.deep.equal({
        "orders-load-balancer": ["All 0 0"],
        "orders-load-balancer-public": ["Tcp 80 8080"],
      });
    },
  );
});
