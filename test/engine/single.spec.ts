import { SINGLE_PROFILE_WARNING } from "@windows-ha/spec";
import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, SandboxStack, type Step } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

/** A part of `pulumi preview --json`. */
interface Shown {
  diagnostics?: { severity: string; message: string }[];
}

interface Prediction {
  switchover: { fault: string; formula: string; worstSeconds?: number }[];
  monthlyCost: { usdPerMonth: number };
}

describe("one machine, as it stands in examples", function () {
  this.timeout(120_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/single"));
  let url: string;

  before(() => stack.create());
  after(() => stack.remove());

  it("comes up under the URNs that were reviewed, answers, and says that it is not highly available", async () => {
    await stack.setFiles();
    expect(await stack.up()).to.contain("one machine and not highly available");
    expectUrnGolden(await stack.urns(), join(__dirname, "golden/single.urns"));
    url = await stack.output("url");
    await eventually("an answer", 30, async () => (await answeringMachines(url, 3)).size === 1);
    expect((await stack.machines()).map(({ name, power, version }) => `${name} ${power} ${version}`)).to.deep.equal([
      "orders-1 running 1.4.2",
    ]);
  });

  it("predicts for every fault that there is nothing to switch to, and the cost that its README names", async () => {
    const { switchover, monthlyCost } = JSON.parse(await stack.output("prediction")) as Prediction;
    expect(readFileSync(join(stack.project, "README.md"), "utf8")).to.contain(
      `about ${monthlyCost.usdPerMonth} USD a month`,
    );
    expect(switchover).to.have.length.above(5);
    for (const { fault, formula, worstSeconds } of switchover) {
      expect(formula, fault).to.equal("1 − 1 machines: nothing is left to switch to");
      expect(worstSeconds, fault).to.equal(undefined);
    }
  });

  it("has nothing to do when nothing changed, asked twice, and warns once each time", async () => {
    const preview = ["preview", "--expect-no-changes", "--stack", "dev"];
    await stack.pulumi(preview);
    const { diagnostics = [] } = JSON.parse(await stack.pulumi([...preview, "--json"])) as Shown;
    const warnings = diagnostics.filter(({ severity }) => severity === "warning");
    expect(warnings.map(({ message }) => message.trim())).to.deep.equal([`warning: ${SINGLE_PROFILE_WARNING}`]);
  });

  it("takes a changed setting in place, and serves again", async () => {
    await stack.set("logLevel", "debug");
    const preview = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    expect(
      preview.steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`),
    ).to.deep.equal(["update orders-machines-1-install"]);
    await stack.up();
    await eventually("an answer", 30, async () => (await answeringMachines(url, 3)).size === 1);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("becomes highly available under the same address when the profile is left out", async () => {
    const program = join(stack.project, "index.ts");
    writeFileSync(program, readFileSync(program, "utf8").replace("profile: Profile.Single,", ""));
    expect(await stack.up()).not.to.contain("not highly available");
    expect(await stack.output("url")).to.equal(url);
    await eventually("answers from three machines", 30, async () => (await answeringMachines(url, 30)).size === 3);
    expect(await stack.machines()).to.have.lengthOf(3);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("goes down without leaving a resource or a machine", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(await stack.resources()).to.deep.equal([]);
    expect(await stack.machines()).to.deep.equal([]);
  });
});
