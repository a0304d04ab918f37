import { expect } from "chai";
import { expectUrnGolden } from "@windows-ha/testing";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, SandboxStack, type Step } from "../support/sandbox-stack";

describe("the service on AKS, as it stands in examples", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/aks"));
  const program = join(stack.project, "index.ts");
  const preview = ["preview", "--json", "--stack", "dev"];

  before(() => stack.create());
  after(() => stack.remove());

  it("previews every resource under the URN that was reviewed, objects of Kubernetes too", async () => {
    const { steps } = JSON.parse(await stack.pulumi(preview)) as { steps: Step[] };
    expect(new Set(steps.map(({ op }) => op))).to.deep.equal(new Set(["create"]));
    expectUrnGolden(
      steps.map(({ urn }) => urn).filter((urn) => !urn.includes("pulumi:providers:")),
      join(__dirname, "golden/aks.urns"),
    );
  });

  it("keeps the service as the quickstart has it, but for the image", () => {
    const declared = (file: string): string => /service: \{([^}]*)/.exec(readFileSync(file, "utf8"))![1]!;
    const without = (text: string, part: RegExp): string => text.replace(part, "");
    const quickstart = declared(join(REPOSITORY, "examples/quickstart/index.ts"));
    expect(without(declared(program), /image: [^,]+, /)).to.equal(without(quickstart, /artifact: [^,]+, /));
  });

  it("says everything that is wrong in one error, and previews nothing then", async () => {
    const text = readFileSync(program, "utf8");
    const wrong = `windowsPool: { poolName: "windows", osSku: "Windows2019" as "Windows2022" }, workload: { replicas: 1 }, cluster:`;
    writeFileSync(program, text.replace("cluster:", wrong));
    try {
      const { code, stdout, stderr } = await stack.tryPulumi(["preview", "--stack", "dev"]);
      const printed = stdout + stderr;
      expect(code).to.not.equal(0);
      expect(printed).to.include("3 problems; nothing was created").and.include("minimum-replicas");
    } finally {
      writeFileSync(program, text);
    }
  });
});

describe("Windows nodes on AKS", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(__dirname, "programs/aks-nodes"));
  const nodes = async (): Promise<string[]> =>
    (await stack.machines()).map(({ name }) => name).filter((name) => name.startsWith("akswin"));

  before(() => stack.create());
  after(() => stack.remove());

  it("of another size are there before the former ones go, under another name", async () => {
    await stack.up();
    const former = await stack.output("poolName");
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);

    await stack.set("size", "Standard_D8ds_v5");
    const { steps } = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    const changes = steps.filter(({ op, urn }) => op !== "same" && urn.includes("AgentPool"));
    expect(changes.map(({ op }) => op)).to.deep.equal(["replace"]);
    expect(await stack.up(), "created, then deleted").to.match(/\+\+ [^\n]*AgentPool[^]*-- [^\n]*AgentPool/);
    const poolName = await stack.output("poolName");
    expect(poolName)
      .to.match(/^win[a-z0-9]{3}$/)
      .and.not.equal(former);
    expect(await nodes(), "the former nodes are gone").to.deep.equal(
      [0, 1, 2].map((index) => `aks${poolName}00000${index}`),
    );

    await stack.set("count", "5");
    const { steps: grown } = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as {
      steps: Step[];
    };
    expect(grown.filter(({ op }) => op !== "same").map(({ op }) => op))
      .to.include("update")
      .and.not.include("replace");
    await stack.up();
    expect(await nodes()).to.have.length(5);
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect((await stack.status()).resources).to.equal(0);
  });
});
