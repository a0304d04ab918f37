import { expect } from "chai";
import { join } from "node:path";
import { SandboxStack, type Step } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

describe("a cluster with both addresses, a rule for all ports and a way out by its balancer", function () {
  this.timeout(150_000);
  const stack = new SandboxStack(join(__dirname, "programs/balancing"));

  before(() => stack.create());
  after(() => stack.remove());

  const bothAnswer = async (output: string): Promise<void> => {
    const url = await stack.output(output);
    await eventually(`answers from both at ${url}`, 30, async () => (await answeringMachines(url, 20)).size === 2);
  };

  it("comes up, and both machines answer outside by the named port and inside by their own", async () => {
    await stack.setFiles();
    await stack.set("outbound", "true");
    await stack.up();
    await bothAnswer("url");
    await bothAnswer("internalUrl");
  });

  it("goes out by two addresses of the balancer, without a NAT gateway", async () => {
    expect(JSON.parse(await stack.output("outboundAddresses"))).to.have.length(2);
    const gateways = (await stack.resources()).filter(({ type }) => type === "azure-native:network:NatGateway");
    expect(gateways).to.deep.equal([]);
  });

  it("acts with the identity that it was given, and made none", async () => {
    expect(await stack.output("identityId")).to.equal(await stack.output("theirId"));
    const identities = (await stack.resources()).filter(({ type }) => type.endsWith(":UserAssignedIdentity"));
    expect(identities.map(({ urn }) => urn.split("::").at(-1))).to.deep.equal(["theirs"]);
  });

  it("has nothing to do when nothing changed, also after a refresh", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("moves to a NAT gateway without touching a machine, and serves on", async () => {
    await stack.set("outbound", "false");
    const { steps } = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    const changed = steps.filter(({ op, urn }) => op !== "same" && !urn.includes("$windows-ha:index:WindowsScaleSet"));
    expect(changed.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)).to.include.members([
      "create orders-network-nat",
      "update orders-network-machines",
      "update orders-load-balancer-public",
      "delete orders-load-balancer-outbound-address-2",
    ]);
    expect(steps.filter(({ op, urn }) => op !== "same" && urn.endsWith("::orders-machines"))).to.deep.equal([]);
    await stack.up();
    await bothAnswer("url");
  });

  it("goes down without leaving a resource or a machine", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(await stack.resources()).to.deep.equal([]);
    expect(await stack.machines()).to.deep.equal([]);
  });
});
