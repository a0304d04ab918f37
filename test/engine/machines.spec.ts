import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { join } from "node:path";
import { REPOSITORY, SandboxStack, type Step } from "../support/sandbox-stack";
import { answeringMachines, eventually, get } from "../support/traffic";

describe("two single machines, as they stand in examples", function () {
  this.timeout(150_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/machines"));
  let url: string;

  before(() => stack.create());
  after(() => stack.remove());

  it("come up under the URNs that were reviewed, one after the other, and both answer", async () => {
    await stack.setFiles();
    await stack.up();
    expectUrnGolden(await stack.urns(), join(__dirname, "golden/machines.urns"));
    url = await stack.output("url");
    await eventually("answers from both", 30, async () => (await answeringMachines(url, 20)).size === 2);
    const machines = await stack.machines();
    expect(machines.map(({ name, power, version }) => `${name} ${power} ${version}`)).to.deep.equal([
      "orders-1 running 1.4.2",
      "orders-2 running 1.4.2",
    ]);
  });

  it("have nothing to do when nothing changed, also after a refresh", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("take a changed setting one after the other, and answer every request", async () => {
    await stack.set("logLevel", "debug");
    const preview = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    expect(
      preview.steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`),
    ).to.deep.equal(["update orders-machines-1-install", "update orders-machines-2-install"]);

    const before = (await stack.machines()).map(({ address }) => address);
    const starts = await startTimes(before);
    let done = false;
    const update = stack.up().finally(() => (done = true));
    update.catch(() => undefined);
    const answers: number[] = [];
    const ready: number[] = [];
    while (!done) {
      const { status } = await get(`${url}/orders`);
      answers.push(status);
      const states = await Promise.all(before.map((address) => isReady(address)));
      ready.push(states.filter(Boolean).length);
    }
    await update;

    expect(answers.filter((status) => status !== 200)).to.deep.equal([]);
    expect(answers.length).to.be.greaterThan(50);
    expect(Math.min(...ready), "machines that were ready at the same time").to.equal(1);
    const restarted = (await startTimes(before)).map((start, index) => start !== starts[index]);
    expect(restarted).to.deep.equal([true, true]);
  });

  it("come back under the same address after a power cut", async () => {
    const machines = await stack.machines();
    const [first] = machines;
    await stack.cli(["sandbox", "stop-machine", first!.name]);
    await stack.cli(["sandbox", "start-machine", first!.name]);
    await eventually("the first machine again", 30, async () => (await answeringMachines(url, 20)).size === 2);
    expect((await stack.machines()).map(({ address }) => address)).to.deep.equal(
      machines.map(({ address }) => address),
    );
  });

  it("keep their disks when one of them is replaced", async () => {
    const before = await diskIds(stack);
    expect(before).to.have.length(2);
    const first = (await stack.resources()).find(({ urn }) => urn.endsWith("::orders-machines-1"))!;
    await stack.pulumi(["up", "--yes", "--skip-preview", "--replace", first.urn, "--stack", "dev"]);
    expect(await diskIds(stack)).to.deep.equal(before);
    const again = (await stack.resources()).find(({ urn }) => urn === first.urn)!;
    expect(again.id, "a machine of its own, with a name of its own").not.to.equal(first.id);
    await eventually("answers from both", 30, async () => (await answeringMachines(url, 20)).size === 2);
  });

  it("go down without leaving a resource or a machine", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(await stack.resources()).to.deep.equal([]);
    expect(await stack.machines()).to.deep.equal([]);
  });
});

async function diskIds(stack: SandboxStack): Promise<(string | undefined)[]> {
  const disks = (await stack.resources()).filter(({ type }) => type === "azure-native:compute:Disk");
  return disks.map(({ id }) => id).sort();
}

async function isReady(address: string): Promise<boolean> {
  return get(`http://${address}:8080/ready`, 1).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** When the service started on each machine, by its own metrics. */
function startTimes(addresses: readonly string[]): Promise<string[]> {
  return Promise.all(
    addresses.map(async (address) => {
      const { body } = await get(`http://${address}:8080/metrics`);
      return /^process_start_time_seconds (\S+)$/m.exec(body)![1]!;
    }),
  );
}
