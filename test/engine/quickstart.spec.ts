import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { appendFileSync, copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, SandboxStack, type Release } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

describe("the quickstart, as it stands in examples", function () {
  this.timeout(120_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/quickstart"));

  before(() => stack.create());
  after(() => stack.remove());

  const release = (): Release => JSON.parse(readFileSync(stack.release, "utf8")) as Release;

  it("comes up under the URNs that were reviewed, and answers from three machines", async () => {
    await stack.setFiles();
    await stack.up();
    expectUrnGolden(await stack.urns(), join(__dirname, "golden/quickstart.urns"));
    await allAnswer(stack);
  });

  it("has nothing to do when nothing changed, asked twice", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("takes another build of the agent, and serves on with the same processes", async () => {
    const processes = servicePids(stack);
    const build = join(stack.folder, "windows-ha-agent.exe");
    copyFileSync(join(REPOSITORY, "packages/agent/bin/windows-amd64/windows-ha-agent.exe"), build);
    appendFileSync(build, "another build");
    const host = `linux-${process.arch === "arm64" ? "arm64" : "amd64"}/windows-ha-agent`;
    const published = await stack.publish(build, join(REPOSITORY, "packages/agent/bin", host));
    expect(published.sha256).not.to.equal(release().agent.sha256);
    await stack.setFiles({ agent: published });
    await stack.up();
    await allAnswer(stack);
    expect(servicePids(stack)).to.deep.equal(processes);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("goes down, comes up again in the same stack, and goes down", async () => {
    await down(stack);
    await stack.up();
    await allAnswer(stack);
    await down(stack);
  });

  it("leaves nothing on the computer when the sandbox is removed", async () => {
    await stack.cli(["sandbox", "down", "--remove"]);
    expect(existsSync(stack.sandbox), "the sandbox's folder").to.equal(false);
    expect(stack.processes()).to.deep.equal([]);
  });
});

async function allAnswer(stack: SandboxStack): Promise<void> {
  const url = await stack.output("url");
  await eventually("answers from three machines", 30, async () => (await answeringMachines(url, 30)).size === 3);
}

/** What a destroyed stack leaves: see docs/operations/teardown.md. */
async function down(stack: SandboxStack): Promise<void> {
  await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
  expect(await stack.resources()).to.deep.equal([]);
  expect((await stack.status()).resources).to.equal(0);
  expect(await stack.machines()).to.deep.equal([]);
}

function servicePids(stack: SandboxStack): string[] {
  const pids = stack.processes().flatMap((line) => /^(\d+) \S*\/orders(?: |$)/.exec(line)?.[1] ?? []);
  expect(pids).to.have.lengthOf(3);
  return pids.sort();
}
