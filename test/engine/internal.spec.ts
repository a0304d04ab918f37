import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../support/command";
import { CLI, REPOSITORY, SandboxStack, type Step } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

/** Two hosts of the example's default range, and one beside it. */
const BASTION = "10.250.0.4";
const JUMP_HOST = "10.251.7.4";

describe("an internal cluster with flow logs, as it stands in examples", function () {
  this.timeout(120_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/internal"));
  const state = join(stack.folder, "state.json");

  before(() => stack.create());
  after(() => stack.remove());

  /** Whether the deployed firewall lets a flow in. */
  const isAdmitted = async (from: string, port: number): Promise<boolean> => {
    writeFileSync(state, await stack.pulumi(["stack", "export", "--stack", "dev"]));
    const flow = ["--from", from, "--port", String(port), "--state", state];
    const { code, stdout } = await command(process.execPath, [CLI, "explain", "firewall", ...flow], {
      cwd: REPOSITORY,
      env: stack.env,
    });
    expect(code, stdout).to.be.oneOf([0, 4]);
    return code === 0;
  };

  it("comes up under the URNs that were reviewed, and answers inside its network", async () => {
    await stack.setFiles();
    await stack.up();
    expectUrnGolden(await stack.urns(), join(__dirname, "golden/internal.urns"));
    const url = await stack.output("url");
    await eventually("answers from three machines", 30, async () => (await answeringMachines(url, 30)).size === 3);
  });

  it("has no public address but the one that its machines go out with", async () => {
    const addresses = (await stack.resources()).filter(({ type }) => type === "azure-native:network:PublicIPAddress");
    expect(addresses.map(({ urn }) => urn.split("::").at(-1))).to.deep.equal(["orders-network-nat-address"]);
  });

  it("lets the named administrators alone reach the administration port", async () => {
    expect(await isAdmitted(BASTION, 3389)).to.equal(true);
    expect(await isAdmitted(JUMP_HOST, 3389)).to.equal(false);
    expect(await isAdmitted(BASTION, 5985)).to.equal(false);
  });

  it("is predicted to cost what its README names", async () => {
    const { monthlyCost } = JSON.parse(await stack.output("prediction")) as { monthlyCost: { usdPerMonth: number } };
    expect(readFileSync(join(stack.project, "README.md"), "utf8")).to.contain(
      `about ${monthlyCost.usdPerMonth} USD a month`,
    );
  });

  it("has nothing to do when nothing changed, asked twice", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("takes another administrator by a change of the rules alone", async () => {
    await stack.set("administrators[0]", "10.251.7.0/28");
    const { steps } = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    expect(
      steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`),
    ).to.have.members(["update orders", "update orders-firewall", "update orders-firewall"]);
    await stack.up();
    expect(await isAdmitted(JUMP_HOST, 3389)).to.equal(true);
    expect(await isAdmitted(BASTION, 3389)).to.equal(false);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("refuses an administrator who is everybody, before anything changes", async () => {
    await stack.set("administrators[0]", "0.0.0.0/0");
    const { code, stdout, stderr } = await stack.tryPulumi(["preview", "--stack", "dev"]);
    expect(code).not.to.equal(0);
    expect(stdout + stderr).to.contain("[administration-port]");
    await stack.set("administrators[0]", "10.251.7.0/28");
  });

  it("goes down without leaving a resource or a machine", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(await stack.resources()).to.deep.equal([]);
    expect((await stack.status()).resources).to.equal(0);
    expect(await stack.machines()).to.deep.equal([]);
  });
});
