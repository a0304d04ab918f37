import { DEFAULTS, predictSwitchover } from "@windows-ha/spec";
import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { answeringMachines, eventually, get } from "../support/traffic";
import { AzureStack } from "./azure-stack";
import { CLIENT_TIMEOUT_SECONDS, underLoad } from "./load";

const MINUTE = 60_000;
/** A measurement may exceed its prediction by this; more means that the model is wrong. */
const TOLERANCE = 1.1;

describe("a cluster in a real subscription", function () {
  this.timeout(60 * MINUTE);
  let stack: AzureStack;
  let url: string;

  before(async () => {
    stack = new AzureStack();
    await stack.create();
  });

  const allAnswer = (what: string): Promise<number> =>
    eventually(what, 300, async () => (await answeringMachines(url)).size === stack.plan.machines);

  it("comes up: Azure takes every emitted resource", async () => {
    await stack.up();
    url = await stack.url();
    await allAnswer("answers from every machine through the public front end");
  });

  it("has nothing to do when nothing changed, also after a refresh", async () => {
    await stack.hasNothingToDo();
    await stack.refreshFindsNothing();
    await stack.hasNothingToDo();
  });

  it("spreads its machines over the zones, behind one way out", async () => {
    const zones = (await stack.machines()).map((machine) => machine.zones[0]);
    expect(new Set(zones)).to.have.property("size", stack.plan.machines);
    const gateways = await stack.az<{ sku: { name: string } }[]>(
      ...["network", "nat", "gateway", "list", "--resource-group", stack.plan.resourceGroup],
    );
    expect(gateways.map(({ sku }) => sku.name)).to.deep.equal(["Standard"]);
  });

  it("runs the service under its virtual account, installed by the Custom Script Extension", async () => {
    const [machine] = await stack.machines();
    const about = await stack.powershell(
      machine!.name,
      "(Get-CimInstance Win32_Service -Filter \"Name='orders'\").StartName",
    );
    expect(about).to.match(/NT SERVICE\\orders/i);
    const where = ["--resource-group", stack.plan.resourceGroup, "--name", machine!.name];
    const view = await stack.az<{ instanceView: { extensions: { name: string; statuses: { code: string }[] }[] } }>(
      ...["vm", "get-instance-view", ...where],
    );
    const install = view.instanceView.extensions.find(({ name }) => name === "service-install");
    expect(install?.statuses.map(({ code }) => code)).to.deep.equal(["ProvisioningState/succeeded"]);
  });

  it("restarts a killed service by the service control manager's recovery actions", async () => {
    const [machine] = await stack.machines();
    const printed = await stack.powershell(
      machine!.name,
      [
        "$old = (Get-CimInstance Win32_Service -Filter \"Name='orders'\").ProcessId",
        "Stop-Process -Id $old -Force",
        "Start-Sleep -Seconds 20",
        "$new = (Get-CimInstance Win32_Service -Filter \"Name='orders'\").ProcessId",
        "if ($new -ne 0 -and $new -ne $old) { 'restarted' }",
      ].join("; "),
    );
    expect(printed).to.contain("restarted");
  });

  it("rolls out the next version one machine at a time, under load, without a failed request", async () => {
    const [former, next] = stack.plan.releases;
    await allAnswer("answers from every machine before the change");
    await stack.declare(next);
    const load = await underLoad(url, () => stack.up());
    expect(load.failures, `${load.failures.length} of ${load.answered} requests failed`).to.deep.equal([]);
    expect([...load.versions].sort()).to.deep.equal([former.version, next.version].sort());
    await allAnswer("answers from every machine after the change");
    const { body } = await get(`${url}/orders`);
    expect((JSON.parse(body) as { version: string }).version).to.equal(next.version);
  });

  it("ejects a machine without power within the predicted time", async () => {
    const { worstSeconds, formula } = predictSwitchover({
      probe: {
        intervalSeconds: DEFAULTS.loadBalancer.probeIntervalSeconds,
        threshold: DEFAULTS.loadBalancer.probeThreshold,
      },
      machines: stack.plan.machines,
      zones: stack.plan.machines,
      drainSeconds: 0,
      clientTimeoutSeconds: CLIENT_TIMEOUT_SECONDS,
    }).find(({ fault }) => fault === "machine-off")!;
    const [machine] = await stack.machines();
    const load = await underLoad(url, async () => {
      await stack.powerOff(machine!.name);
      await sleep(60_000);
    });
    expect(load.failures, "a machine without power is noticed").not.to.deep.equal([]);
    expect(load.failingSeconds, formula).to.be.below(worstSeconds! * TOLERANCE);
    expect((await answeringMachines(url)).size).to.equal(stack.plan.machines - 1);
    await stack.start(machine!.name);
    await allAnswer("readmission");
  });

  it("replaces a machine whose service stays stopped", async () => {
    const before = (await stack.machines()).map(({ name }) => name);
    await stack.powershell(before[0]!, "Set-Service orders -StartupType Disabled; Stop-Service orders -Force");
    await eventually("another machine in its place", 50 * 60, async () => {
      const names = (await stack.machines()).map(({ name }) => name);
      return !names.includes(before[0]!) && names.length === stack.plan.machines;
    });
    await allAnswer("answers from every machine");
  });

  it("gives a machine up under load without a failed request", async () => {
    const before = await stack.machines();
    await stack.declareMachines({ count: before.length - 1 });
    const load = await underLoad(url, () => stack.up());
    expect(load.failures, `${load.failures.length} of ${load.answered} requests failed`).to.deep.equal([]);
    expect(await stack.machines()).to.have.lengthOf(before.length - 1);
  });

  it("replaces machines before the old ones go, under load, without a failed request", async () => {
    const before = (await stack.machines()).map(({ name }) => name);
    const [former] = stack.plan.releases;
    await stack.declareMachines({ count: before.length, minimumActive: before.length, upgrade: { maxSurge: true } });
    await stack.declare(former);
    const load = await underLoad(url, () => stack.up());
    expect(load.failures, `${load.failures.length} of ${load.answered} requests failed`).to.deep.equal([]);
    const after = (await stack.machines()).map(({ name }) => name);
    expect(after).to.have.lengthOf(before.length);
    expect(after.filter((name) => before.includes(name))).to.deep.equal([]);
    await stack.hasNothingToDo();
  });

  it("goes down without leaving a resource", async () => {
    await stack.destroy();
    const groups = await stack.az<boolean>("group", "exists", "--name", stack.plan.resourceGroup);
    expect(groups).to.equal(false);
  });
});
