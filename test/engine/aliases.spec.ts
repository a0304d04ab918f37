import { expect } from "chai";
import { join } from "node:path";
import { SandboxStack } from "../support/sandbox-stack";

describe("a cluster that gets another name and another parent", function () {
  this.timeout(120_000);
  const stack = new SandboxStack(join(__dirname, "programs/renamed"));
  const provided = async (): Promise<Map<string, string>> =>
    new Map((await stack.resources()).filter(isOfAzure).map(({ id, type }) => [id!, type]));
  let former: Map<string, string>;

  before(async () => {
    await stack.create({ release: stack.release, stage: "before" });
    await stack.up();
    former = await provided();
    expect(former.size).to.be.above(5);
  });
  after(() => stack.remove());

  it("is another one without an alias: everything would be created and deleted", async () => {
    await stack.set("stage", "forgotten");
    const counts = await operations(stack);
    expect(counts.get("create")).to.be.at.least(former.size);
    expect(counts.get("delete")).to.be.at.least(former.size);
  });

  it("is the same one with the alias of the cluster alone: its children follow by their names", async () => {
    await stack.set("stage", "moved");
    const counts = await operations(stack);
    // The team's own component is new; it is nothing in Azure.
    expect(Object.fromEntries(counts)).to.deep.equal({ create: 1 });
    await stack.up();
    expect(await provided()).to.deep.equal(former);
    const urns = (await stack.resources()).filter(isOfAzure).map(({ urn }) => urn);
    for (const urn of urns) {
      expect(urn)
        .to.contain("shop:index:Shop$windows-ha:index:WindowsHaCluster$")
        .and.to.match(/::shop-cluster/);
    }
  });

  it("needs the alias no longer once it moved", async () => {
    await stack.set("stage", "forgotten");
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });
});

const isOfAzure = ({ type }: { type: string }): boolean => /^(azure-native|random):/.test(type);

/** How many resources a preview creates, changes or deletes, but for the stack and the providers. */
async function operations(stack: SandboxStack): Promise<Map<string, number>> {
  const { steps } = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as {
    steps: { op: string; urn: string }[];
  };
  const counts = new Map<string, number>();
  for (const { op, urn } of steps) {
    if (!/::pulumi:(pulumi|providers):/.test(urn)) counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  return counts;
}
