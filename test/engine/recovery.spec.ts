import { expect } from "chai";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxStack } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

/** What a person does when something was cut off: runs it again. */
describe("after an accident", function () {
  this.timeout(240_000);
  const stack = new SandboxStack();

  before(() => stack.create({ "stop.drainSeconds": "1" }));
  after(() => stack.remove());

  it("a killed `pulumi up` leaves nothing in the way of the next one", async () => {
    const first = stack.startUp();
    await eventually("the first machines", 60, async () => (await stack.machines()).length > 0);
    process.kill(-first.pid!, "SIGKILL");
    await once(first, "exit");
    await stack.up();
    expect(await stack.machines(), "not those of a second scale set, too").to.have.length(3);
    await allAnswer(stack);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("a second `pulumi up` beside a running one is told who holds the lock, and the first one ends well", async () => {
    await stack.set("logLevel", "debug");
    const first = stack.startUp();
    await eventually("the lock", 30, async () => stack.isLocked());
    const second = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(second.code).not.to.equal(0);
    expect(second.stdout + second.stderr).to.match(/currently locked|holds the lock/);
    const [code] = (await once(first, "exit")) as [number];
    expect(code).to.equal(0);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("a killed daemon leaves no process behind, and the next command brings everything back", async () => {
    const before = (await stack.machines()).map(({ name, address }) => ({ name, address }));
    const daemon = JSON.parse(readFileSync(join(stack.sandbox, "daemon.json"), "utf8")) as { pid: number };
    process.kill(daemon.pid, "SIGKILL");
    await eventually("the end of all processes", 10, async () => stack.processes().length === 0);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await allAnswer(stack);
    expect((await stack.machines()).map(({ name, address }) => ({ name, address }))).to.deep.equal(before);
  });

  it("an artifact that was changed after it was published is never run", async () => {
    const release = JSON.parse(readFileSync(stack.release, "utf8")) as { artifact: { sha256: string } };
    stack.corruptArtifact(release.artifact.sha256);
    await stack.set("logLevel", "warn");
    const result = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(result.code).not.to.equal(0);
    expect(result.stdout + result.stderr)
      .to.contain("VMExtensionProvisioningError")
      .and.to.match(/SHA-256/i);
    await allAnswer(stack, "the former release");
  });
});

/** Right after a boot the balancer's probes need a few seconds to find a machine. */
async function allAnswer(stack: SandboxStack, what = "the service"): Promise<void> {
  const url = await stack.output("url");
  await eventually(
    `answers of ${what} from all machines`,
    30,
    async () => (await answeringMachines(url, 30)).size === 3,
  );
}
