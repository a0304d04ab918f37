import { appendFileSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";
import { answeringMachines, eventually, get } from "../support/traffic";

const ORDERS = join(REPOSITORY, "examples/services/orders/bin");

describe("a service that is a VM Application", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(__dirname, "programs/vm-application"));
  let url: string;

  before(() => stack.create({ program: build("1.4.2"), release: "1.4.2" }));
  after(() => stack.remove());

  /** The service's two builds, each release with bytes of its own. */
  function build(version: string): string {
    const folder = join(stack.folder, version);
    mkdirSync(folder, { recursive: true });
    for (const name of ["orders.exe", "orders"]) {
      copyFileSync(join(ORDERS, name), join(folder, name));
      appendFileSync(join(folder, name), version);
    }
    return join(folder, "orders.exe");
  }

  const versions = async (): Promise<string[]> => (await stack.machines()).map(({ version = "none" }) => version);

  it("comes up from the gallery's package on every machine", async () => {
    await stack.up();
    url = await stack.output("url");
    await eventually("answers from both machines", 30, async () => (await answeringMachines(url)).size === 2);
    expect(await versions()).to.deep.equal(["1.4.2", "1.4.2"]);
    expect(await stack.output("version")).to.match(/^\d+\.\d+\.\d+$/);
  });

  it("has nothing to do when nothing changed, also after a refresh", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("is a new version for a new release, which goes from machine to machine; the former one goes after them", async () => {
    const before = await stack.output("version");
    await declare("1.5.0");
    const watched = watchServing();
    await stack.up();
    expect(await watched(), "machines that served at the worst moment").to.be.at.least(1);
    expect(await versions()).to.deep.equal(["1.5.0", "1.5.0"]);
    const current = await stack.output("version");
    expect(current).not.to.equal(before);
    const changes = log()
      .filter((line) => /(create|delete) \S+\/versions\/|update \S+\/virtualMachineScaleSets\//.test(line))
      .map((line) => /(\w+) \S+\/([^/:]+): done/.exec(line)?.slice(1, 3).join(" "));
    expect(changes.slice(-3)[0]).to.equal(`create ${current}`);
    expect(changes.slice(-3)[1]).to.match(/^update orders-machines/);
    expect(changes.slice(-3)[2]).to.equal(`delete ${before}`);
    const ran = applicationLog();
    expect(ran.filter((line) => /: update succeeded/.test(line))).to.have.lengthOf(2);
    expect(ran.filter((line) => /: remove /.test(line))).to.deep.equal([]);
  });

  it("stops at the first machine where a release doesn't get healthy, with the agent's reason, and the former one serves on", async () => {
    await stack.set("fault", "unhealthy");
    await declare("1.6.0", "5");
    const said = await failedUp();
    expect(said)
      .to.include("VMApplicationProvisioningError")
      .and.match(/the former release 1\.5\.0\S* serves again/)
      .and.include("exit code 20");
    expect(await versions()).to.deep.equal(["1.5.0", "1.5.0"]);
    // The balancer needs its probes before it has the machine back that went to the former release.
    await eventually("answers from both machines", 30, async () => (await answeringMachines(url)).size === 2);
    expect((await stack.machines()).filter(({ power }) => power === "failed")).to.have.lengthOf(1);
    expect(applicationLog().filter((line) => /: update failed/.test(line))).to.have.lengthOf(1);
  });

  it("doesn't try the failed version again, nor on other machines", async () => {
    expect(await failedUp()).to.include("isn't tried again");
    expect(applicationLog().filter((line) => /: update failed/.test(line))).to.have.lengthOf(1);
    expect(await versions()).to.deep.equal(["1.5.0", "1.5.0"]);
  });

  it("goes back to what was declared before, under a new version that touches no service", async () => {
    const serving = services();
    await stack.set("fault", "");
    await declare("1.5.0");
    await stack.up();
    expect(serving).to.have.lengthOf(2);
    expect(services()).to.deep.equal(serving);
    expect(await versions()).to.deep.equal(["1.5.0", "1.5.0"]);
    expect((await stack.machines()).map(({ power }) => power)).to.deep.equal(["running", "running"]);
    expect(await publishedVersions()).to.deep.equal([await stack.output("version")]);
  });

  it("goes over to the Custom Script Extension: the application is removed, and the extension installs", async () => {
    await stack.set("transport", "customScript");
    await stack.up();
    expect(await versions()).to.deep.equal(["1.5.0", "1.5.0"]);
    expect(applicationLog().filter((line) => /: remove succeeded/.test(line))).to.have.lengthOf(2);
    expect((await stack.resources()).filter(({ type }) => type.includes("Gallery"))).to.deep.equal([]);
  });

  it("goes down with everything else", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect((await stack.status()).resources).to.equal(0);
    await stack.cli(["sandbox", "down"]);
    expect(stack.processes()).to.deep.equal([]);
  });

  /** Processes of the services. */
  const services = (): string[] => stack.processes().filter((line) => /releases\/\S*orders/.test(line));

  /** Watches how many machines serve; the answer is the lowest number. */
  function watchServing(): () => Promise<number> {
    let [least, over] = [2, false];
    const watching = (async () => {
      const machines = await stack.machines();
      while (!over) {
        const answers = await Promise.allSettled(machines.map(({ address }) => get(`http://${address}:8080/ready`, 1)));
        const serving = answers.filter((answer) => answer.status === "fulfilled" && answer.value.status === 200);
        least = Math.min(least, serving.length);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    return async () => {
      over = true;
      await watching;
      return least;
    };
  }

  async function declare(version: string, deadlineSeconds = "20"): Promise<void> {
    await stack.set("program", build(version));
    await stack.set("release", version);
    await stack.set("deadline", deadlineSeconds);
  }

  async function failedUp(): Promise<string> {
    const { code, stdout, stderr } = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(code, stdout).not.to.equal(0);
    return stdout + stderr;
  }

  /** Names of the versions in the gallery. */
  async function publishedVersions(): Promise<string[]> {
    const resources = await stack.resources();
    return resources
      .filter(({ type }) => type === "azure-native:compute:GalleryApplicationVersion")
      .map(({ id }) => id!.split("/").at(-1)!);
  }

  const log = (): string[] => readFileSync(join(stack.sandbox, "daemon.log"), "utf8").split("\n");

  /** What the machines' application managers did. */
  const applicationLog = (): string[] => log().filter((line) => line.includes(": application "));
});
