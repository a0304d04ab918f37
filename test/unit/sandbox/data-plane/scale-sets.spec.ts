import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failureOf, until } from "./asking";
import { TestCluster } from "./cluster";

describe("sandbox machines", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start();
  });
  afterEach(() => cluster.end());

  const installs = (machine: string) =>
    readFileSync(join(cluster.root(machine), "logs", "agent.log"), "utf8")
      .trim()
      .split("\n");

  it("become as many processes as the scale set's capacity, spread over its zones, and run what the extension says", async () => {
    await cluster.put();
    const machines = cluster.plane.machines();
    expect(machines.map(({ zone }) => zone)).to.deep.equal(["1", "2", "3"]);
    expect(machines.map(({ power }) => power)).to.deep.equal(["running", "running", "running"]);
    expect(cluster.versions()).to.deep.equal(["1.0.0", "1.0.0", "1.0.0"]);
    for (const { name, address } of machines) {
      expect(name).to.match(/^orders[0-9a-z]{6}$/);
      expect(address).to.match(new RegExp(`^127\\.${cluster.settings.block}\\.[1-9]\\d*\\.\\d+$`));
      const answer = (await (await fetch(`http://${address}:8080/`)).json()) as { machine: string };
      expect(answer.machine).to.equal(name);
    }
    await until("health extensions report", () => cluster.plane.machines().every(({ health }) => health === "healthy"));
  });

  it("don't run an unchanged extension again, and run a changed one once", async () => {
    await cluster.put();
    await cluster.put();
    const [first] = cluster.names();
    expect(installs(first!)).to.deep.equal(["install 1.0.0"]);
    await cluster.put({ version: "1.1.0" });
    expect(cluster.versions()).to.deep.equal(["1.1.0", "1.1.0", "1.1.0"]);
    expect(installs(first!)).to.deep.equal(["install 1.0.0", "install 1.1.0"]);
  });

  it("are upgraded one after the other", async () => {
    await cluster.put();
    cluster.log.length = 0;
    await cluster.put({ version: "1.1.0" });
    const steps = cluster.log
      .filter((line) => /batch|succeeded/.test(line))
      .map((line) => line.replace(/:.*batch.*: /, ": "));
    expect(steps.map((line) => /rolling/.test(line))).to.deep.equal([true, false, true, false, true, false]);
  });

  it("stop a rolling upgrade at the first machine whose extension fails, and keep the others as they were", async () => {
    await cluster.put();
    const failure = await failureOf(cluster.put({ version: "2.0.0", environment: { FAIL: "20" } }));
    expect(failure.code).to.equal("VMExtensionProvisioningError");
    const [failed, ...others] = cluster.plane.machines();
    expect(failure.message)
      .to.contain(failed!.name)
      .and.to.contain("'20'")
      .and.to.contain("the service of 2.0.0 said boom");
    expect(failed!.power).to.equal("failed");
    expect(failed!.message).to.contain("said boom");
    for (const { name, version, power } of others) {
      expect({ version, power }).to.deep.equal({ version: "1.0.0", power: "running" });
      expect(installs(name)).to.deep.equal(["install 1.0.0"]);
    }
    await cluster.put({ version: "2.0.1" });
    expect(cluster.versions()).to.deep.equal(["2.0.1", "2.0.1", "2.0.1"]);
    expect(cluster.plane.machines().map(({ power }) => power)).to.deep.equal(["running", "running", "running"]);
  });

  it("stop a rolling upgrade at the first machine that doesn't become healthy", async () => {
    await cluster.put();
    const failure = await failureOf(cluster.put({ version: "2.0.0", environment: { HEALTH: "Unhealthy" } }));
    expect(failure.code).to.equal("MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade");
    expect(failure.message).to.contain(cluster.names()[0]);
    expect(cluster.versions()).to.deep.equal(["2.0.0", "1.0.0", "1.0.0"]);
  });

  it("keep their model in Manual mode; only new ones get the new one", async () => {
    const upgradePolicy = { mode: "Manual" };
    await cluster.put({ upgradePolicy, capacity: 1 });
    await cluster.put({ upgradePolicy, capacity: 2, version: "1.1.0" });
    expect(cluster.versions()).to.deep.equal(["1.0.0", "1.1.0"]);
  });

  it("come and go with the capacity, and leave nothing behind", async () => {
    await cluster.put({ capacity: 2 });
    const two = cluster.names();
    await cluster.put({ capacity: 4 });
    expect(cluster.names().slice(0, 2)).to.deep.equal(two);
    const four = cluster.plane.machines();
    await cluster.put({ capacity: 1 });
    expect(cluster.names()).to.deep.equal(two.slice(0, 1));
    expect(readdirSync(cluster.layout.machines)).to.deep.equal(two.slice(0, 1));
    expect(cluster.plane.allocateAddress("another")).to.equal(four[1]!.address);
    await cluster.plane.deleteMachines(cluster.scaleSet());
    expect(cluster.names()).to.deep.equal([]);
    expect(readdirSync(cluster.layout.machines)).to.deep.equal([]);
  });

  it("that fail at their first install are installed at once by the next deployment", async () => {
    const failure = await failureOf(cluster.put({ environment: { FAIL: "22" } }));
    expect(failure.message).to.match(/non-zero exit code of: '22'.*\(and 2 more\)$/s);
    expect(cluster.plane.machines().map(({ power }) => power)).to.deep.equal(["failed", "failed", "failed"]);
    const names = cluster.names();
    await cluster.put();
    expect(cluster.names()).to.deep.equal(names);
    expect(cluster.versions()).to.deep.equal(["1.0.0", "1.0.0", "1.0.0"]);
  });

  it("refuse an agent that isn't the declared one with the install command's exit code", async () => {
    const failure = await failureOf(cluster.put({ agentSha256: cluster.programSha256, capacity: 1 }));
    expect(failure.code).to.equal("VMExtensionProvisioningError");
    expect(failure.message).to.contain("'30'").and.to.contain("agent.exe does not have the declared SHA-256");
  });

  it("say which file they couldn't download", async () => {
    const extension = cluster.installExtension();
    extension["settings"] = { fileUris: [cluster.url(cluster.agentSha256).replace(/[0-9a-f]{64}/, "0".repeat(64))] };
    const failure = await failureOf(cluster.put({ extensions: [extension], capacity: 1 }));
    expect(failure.message).to.match(/Failed to download all specified files.*agent\.exe answered 404/);
  });

  it("lose their power at once and boot as they were", async () => {
    await cluster.put({ capacity: 1 });
    const [machine] = cluster.plane.machines();
    await cluster.plane.stopMachine(machine!.name);
    expect(cluster.plane.machines()[0]).to.include({ power: "stopped", health: "unknown", version: undefined });
    expect((await failureOf(fetch(`http://${machine!.address}:8080/`))).message).to.contain("fetch failed");
    await cluster.plane.startMachine(machine!.name);
    expect(cluster.plane.machines()[0]).to.include({ power: "running", version: "1.0.0" });
    expect(installs(machine!.name)).to.deep.equal(["install 1.0.0"]);
  });

  it("that were switched off during an upgrade get it when they start", async () => {
    await cluster.put();
    const [, second] = cluster.names();
    await cluster.plane.stopMachine(second!);
    await cluster.put({ version: "1.1.0" });
    expect(cluster.versions()).to.deep.equal(["1.1.0", undefined, "1.1.0"]);
    await cluster.plane.startMachine(second!);
    await cluster.plane.settled();
    expect(cluster.versions()).to.deep.equal(["1.1.0", "1.1.0", "1.1.0"]);
  });

  it("whose init process dies by itself count as stopped, with the reason", async () => {
    await cluster.put({ capacity: 1 });
    const [name] = cluster.names();
    const marker = `WINDOWS_HA_ROOT=${cluster.root(name!)}`;
    const init = processes().find(
      ({ environment, command }) => environment.includes(marker) && command.includes("scm"),
    );
    process.kill(init!.pid, "SIGKILL");
    await until("the loss is noticed", () => cluster.plane.machines()[0]!.power === "stopped");
    expect(cluster.plane.machines()[0]!.message).to.contain("SIGKILL");
  });

  it("keep names, addresses, zones and versions over a restart, without running an extension again", async () => {
    await cluster.put();
    await cluster.plane.stopMachine(cluster.names()[2]!);
    const identity = () =>
      cluster.plane
        .machines()
        .map(({ name, address, zone, version, power }) => ({ name, address, zone, version, power }));
    const before = identity();
    await cluster.restart();
    await cluster.plane.settled();
    expect(identity()).to.deep.equal(before);
    expect(installs(cluster.names()[0]!)).to.deep.equal(["install 1.0.0"]);
  });

  it("finish after a restart what the sandbox's end interrupted", async () => {
    const put = failureOf(cluster.put({ capacity: 1, environment: { INSTALL_MS: "2000" } }));
    await until("the install runs", () => cluster.log.some((line) => line.includes("runs (1)")));
    await cluster.restart();
    expect((await put).message).to.contain("the machine lost its power");
    await cluster.plane.settled();
    expect(cluster.versions()).to.deep.equal(["1.0.0"]);
  });

  it("leave no process and no file when the sandbox ends", async () => {
    await cluster.put();
    await cluster.plane.stop();
    await cluster.plane.stop();
    expect(processes().filter(({ environment }) => environment.includes(cluster.layout.folder))).to.deep.equal([]);
    expect(cluster.plane.frontEnds()).to.deep.equal([]);
  });

  it("show their logs", async () => {
    await cluster.put({ capacity: 1 });
    const logs = cluster.plane.machineLogs(cluster.names()[0]!);
    expect(logs.map(({ name }) => name)).to.deep.equal(["agent.log", "extension 1", "console"]);
    expect(readFileSync(logs[1]!.file, "utf8")).to.contain("installing 1.0.0");
    expect(() => cluster.plane.machineLogs("nobody"))
      .to.throw(`no machine "nobody"`)
      .with.property("code", "ResourceNotFound");
  });

  it("of an interrupted creation that nothing declares are deleted at the next start", async () => {
    await cluster.put({ capacity: 1 });
    cluster.store.delete(cluster.scaleSet().id);
    await cluster.restart();
    expect(cluster.names()).to.deep.equal([]);
    expect(existsSync(join(cluster.layout.machines, "orders"))).to.equal(false);
    expect(readdirSync(cluster.layout.machines)).to.deep.equal([]);
  });
});

/** All processes of this computer that may be looked at. */
function processes(): { pid: number; command: string; environment: string }[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const read = (file: string) => readFileSync(join("/proc", pid, file), "utf8");
        return [{ pid: Number(pid), command: read("cmdline"), environment: read("environ") }];
      } catch {
        return [];
      }
    });
}
