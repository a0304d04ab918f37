import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { SandboxStack } from "../support/sandbox-stack";

const UNKNOWN_HASH = "0".repeat(64);

describe("a mistake in the reference stack", function () {
  this.timeout(180_000);
  const stack = new SandboxStack();

  before(() => stack.create());
  after(() => stack.remove());

  it("is named with all others, before anything is created", async () => {
    await stack.set("machines.count", "1");
    await stack.set("machines.zones[0]", "four");
    const result = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(result.code).not.to.equal(0);
    const text = result.stdout + result.stderr;
    expect(text).to.contain("machines.count is 1 [range]");
    expect(text).to.contain('machines.zones[0] is "four" [one-of]');
    expect(text).to.contain("2 problems; nothing was created");
    expect(text, "no stack trace").not.to.match(/at .*\.(js|ts):\d+/);
    expect(await resources(stack)).to.deep.equal([]);
    await stack.pulumi(["config", "rm", "--path", "windows-ha:machines", "--stack", "dev"]);
  });

  it("in the artifact's hash is named by the preview, with the command that helps", async () => {
    writeFileSync(
      stack.release,
      JSON.stringify({
        version: "1.4.2",
        artifact: { url: "http://127.0.0.1:1/orders.exe", sha256: UNKNOWN_HASH },
        agent: { url: "http://127.0.0.1:1/windows-ha-agent.exe", sha256: UNKNOWN_HASH },
      }),
    );
    const result = await stack.tryPulumi(["preview", "--stack", "dev"]);
    expect(result.code).not.to.equal(0);
    expect(result.stdout + result.stderr)
      .to.contain(UNKNOWN_HASH)
      .and.to.contain("windows-ha sandbox publish");
    expect(await resources(stack)).to.deep.equal([]);
  });
});

async function resources(stack: SandboxStack): Promise<unknown[]> {
  const state = JSON.parse(await stack.pulumi(["stack", "export", "--stack", "dev"])) as {
    deployment: { resources?: { custom?: boolean; type: string }[] };
  };
  return (state.deployment.resources ?? []).filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
}
