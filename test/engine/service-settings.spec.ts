import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceArgs } from "windows-ha";
import { expect } from "chai";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";

/** What the agent on the machine says. */
interface AgentStatus {
  pid: number;
  healthy: boolean;
  settings: {
    account: string;
    sidType: string;
    requiredPrivileges: string[];
    startMode: string;
    dependencies: string[];
    preShutdownSeconds: number;
    recovery: { actions: { action: string; delaySeconds: number }[]; resetPeriodSeconds: number };
  };
}

const AGENT = join(
  REPOSITORY,
  `packages/agent/bin/linux-${process.arch === "arm64" ? "arm64" : "amd64"}/windows-ha-agent`,
);

describe("a service's settings in Windows", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(__dirname, "programs/settings"));
  const settings = join(stack.folder, "input", "settings.json");

  before(async () => {
    mkdirSync(join(settings, ".."));
    await stack.create({ settings });
  });
  after(() => stack.remove());

  async function up(service: Partial<ServiceArgs>): Promise<void> {
    const release = JSON.parse(readFileSync(stack.release, "utf8")) as object;
    writeFileSync(settings, JSON.stringify({ release, service }));
    await stack.up();
  }

  async function status(): Promise<AgentStatus> {
    const [machine] = await stack.machines();
    const folder = join(stack.sandbox, "machines");
    const root = join(folder, readdirSync(folder)[0]!, "root");
    const env = { ...process.env, WINDOWS_HA_ROOT: root, WINDOWS_HA_HOST_ADDRESS: machine!.address };
    return JSON.parse(execFileSync(AGENT, ["status", "--json"], { env, encoding: "utf8" })) as AgentStatus;
  }

  it("are the usual ones where nothing is said", async () => {
    await up({});
    const { settings } = await status();
    expect(settings).to.deep.include({
      account: "NT SERVICE\\orders",
      sidType: "unrestricted",
      requiredPrivileges: [],
      startMode: "automatic",
      dependencies: [],
      preShutdownSeconds: 70,
    });
    expect(settings.recovery.actions.map(({ action, delaySeconds }) => `${action} ${delaySeconds}`)).to.deep.equal([
      ...Array<string>(5).fill("restart 5"),
      "none 0",
    ]);
  });

  it("reach the machine when they change, and the process goes on", async () => {
    const { pid } = await status();
    await up({
      startMode: "delayed",
      dependencies: ["Tcpip"],
      recovery: { strategy: "immediate", maximumRestarts: 2, resetPeriodSeconds: 300 },
    });
    const changed = await status();
    expect([changed.pid, changed.healthy]).to.deep.equal([pid, true]);
    expect(changed.settings).to.deep.include({ startMode: "delayed", dependencies: ["Tcpip"] });
    expect(changed.settings.recovery).to.deep.include({
      actions: [
        { action: "restart", delaySeconds: 0 },
        { action: "restart", delaySeconds: 0 },
        { action: "none", delaySeconds: 0 },
      ],
      resetPeriodSeconds: 300,
    });
  });

  it("hold: a killed process is back at once, and not after the usual five seconds", async () => {
    const { pid } = await status();
    const killed = Date.now();
    process.kill(pid, "SIGKILL");
    let seen = await status();
    while (!seen.healthy && Date.now() - killed < 10_000) seen = await status();
    expect(Date.now() - killed).to.be.below(4_000);
    expect(seen.pid).not.to.equal(pid);
  });

  it("restart the service where its identity changes", async () => {
    const { pid } = await status();
    await up({ account: { requiredPrivileges: ["SeChangeNotifyPrivilege"] } });
    const changed = await status();
    expect(changed.healthy).to.equal(true);
    expect(changed.pid).not.to.equal(pid);
    expect(changed.settings.requiredPrivileges).to.deep.equal(["SeChangeNotifyPrivilege"]);
    expect(changed.settings.startMode).to.equal("automatic");
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });
});
