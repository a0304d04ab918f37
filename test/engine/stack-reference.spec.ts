import { join } from "node:path";
import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

const EXAMPLE = join(REPOSITORY, "examples/stack-reference");

describe("a cluster in the network of another stack, as it stands in examples", function () {
  this.timeout(180_000);
  const platform = new SandboxStack(join(EXAMPLE, "platform"));
  const orders = new SandboxStack(join(EXAMPLE, "orders"), platform.sandbox);

  before(async () => {
    await platform.create();
    await orders.create();
    await orders.setFiles();
  });
  after(async () => {
    await orders.remove();
    await platform.remove();
  });

  it("can't be previewed before the other stack has its outputs", async () => {
    const { code, stdout, stderr } = await orders.tryPulumi(["preview", "--stack", "dev"]);
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.include("ordersSubnetId");
  });

  it("comes up under the URNs that were reviewed, and answers from the other stack's subnet", async () => {
    await platform.up();
    await orders.up();
    expectUrnGolden(await orders.urns(), join(__dirname, "golden/stack-reference.urns"));
    const url = await orders.output("url");
    expect(url).to.match(/^http:\/\/127\./);
    await eventually("three machines", 30, async () => (await answeringMachines(url)).size === 3);
    await orders.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("keeps the other stack from taking its subnet away", async () => {
    const { code, stdout, stderr } = await platform.tryPulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.include("InUseSubnetCannotBeDeleted");
    expect((await answeringMachines(await orders.output("url"))).size).to.equal(3);
  });

  it("goes down in the order that the README names", async () => {
    for (const stack of [orders, platform])
      await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect((await platform.status()).resources).to.equal(0);
  });
});
