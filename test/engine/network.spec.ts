import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../support/command";
import { CLI, REPOSITORY, SandboxStack, type Step } from "../support/sandbox-stack";
import { answeringMachines, eventually, get } from "../support/traffic";

describe("single parts in a network that is there already, as they stand in examples", function () {
  this.timeout(120_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/import-into-stack"));
  const state = join(stack.folder, "state.json");
  const preview = join(stack.folder, "preview.json");
  let publicUrl: string;

  before(() => stack.create());
  after(() => stack.remove());

  /** What `explain firewall` ends with for the local client, who is 203.0.113.10 to a public address. */
  const explain = async (...files: string[]) => {
    const flow = ["--from", "203.0.113.10", "--port", "8080"];
    const { code, stdout } = await command(process.execPath, [CLI, "explain", "firewall", ...flow, ...files], {
      cwd: REPOSITORY,
      env: stack.env,
    });
    return { code, stdout };
  };

  it("come up under the URNs that were reviewed, and answer inside the network", async () => {
    await stack.setFiles();
    await stack.up();
    expectUrnGolden(await stack.urns(), join(__dirname, "golden/import-into-stack.urns"));
    const internalUrl = await stack.output("internalUrl");
    await eventually("answers from both", 30, async () => (await answeringMachines(internalUrl, 20)).size === 2);
  });

  it("refuse a client whom no rule names at the public address, as explain says", async () => {
    publicUrl = await stack.output("publicUrl");
    const failure = await get(`${publicUrl}/orders`).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(failure).to.equal("socket hang up");
    expect(await stack.cli(["sandbox", "logs"])).to.match(
      /firewall drops 203\.0\.113\.10 to \S+:8080 by orders-firewall\w+\/deny-all-inbound/,
    );
    writeFileSync(state, await stack.pulumi(["stack", "export", "--stack", "dev"]));
    const { code, stdout } = await explain("--state", state);
    expect(stdout)
      .to.contain("rule deny-all-inbound")
      .and.to.contain("clients opens this port for 198.51.100.0/24 only");
    expect(code).to.equal(4);
  });

  it("let the client in after a change of the rule alone, as explain says before it", async () => {
    await stack.set("allowFrom[0]", "203.0.113.0/24");
    writeFileSync(preview, await stack.pulumi(["preview", "--json", "--stack", "dev"]));
    const { steps } = JSON.parse(readFileSync(preview, "utf8")) as { steps: Step[] };
    const changes = steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split(/[$:]{1,2}/).at(-2)}`);
    expect(changes).to.deep.equal(["update Firewall", "update NetworkSecurityGroup"]);
    const { code, stdout } = await explain("--state", state, "--preview", preview);
    expect(stdout).to.contain("orders-firewall (of the interface): rule clients,");
    expect(code).to.equal(0);

    await stack.up();
    await eventually("answers from both", 10, async () => (await answeringMachines(publicUrl, 20)).size === 2);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("go down without leaving anything", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(await stack.resources()).to.deep.equal([]);
  });
});
