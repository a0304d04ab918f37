import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSocket, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult } from "../support/command";
import { eventually, get } from "../support/traffic";
import { windowsBuild } from "../support/windows-build";
import { windowsMachine, type WindowsMachine } from "../support/windows-machine";

/** The agent as a wrapper: what it does with Windows' own consoles, control events and jobs. */
describe("a console program on a Windows machine", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-console-"));
  const root = join(folder, "root");
  const logs = join(root, "logs/greeter");
  const agent = join(folder, "windows-ha-agent.exe");
  const program = join(folder, "greeter.exe");
  let files: Server;
  let machine: WindowsMachine;
  let port: number;

  before(async () => {
    mkdirSync(root);
    port = await freePort();
    machine = windowsMachine({
      WINDOWS_HA_ROOT: process.platform === "win32" ? root : `Z:${root.replaceAll("/", "\\")}`,
      WINDOWS_HA_HOST_ADDRESS: "127.0.0.1",
      WINDOWS_HA_METADATA_ADDRESS: "http://127.0.0.1:9",
      // Services get it from their registration, which Wine doesn't read.
      WINDOWS_HA_ADDRESS: `127.0.0.1:${port}`,
    });
    await machine.boot();
    await Promise.all([
      windowsBuild("packages/agent", "./cmd/windows-ha-agent", agent, { tags: machine.buildTags }),
      windowsBuild("packages/agent", "./internal/testservice", program),
    ]);
    files = createServer((_, response) => response.end(readFileSync(program)));
    await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  });

  after(async () => {
    files?.close();
    await machine?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (args: string[], env?: Record<string, string>): Promise<CommandResult> => machine.run(agent, args, env);

  it("passes its exit code and its output on, and keeps a crash", async () => {
    const kept = join(folder, "kept");
    const args = ["run", "--logs", machine.path(kept), "--", machine.path(program)];
    expect((await run(args, { TESTSERVICE_MODE: "crash", WINDOWS_HA_ADDRESS: "" })).code).to.equal(3);
    expect(readFileSync(join(kept, "stdout.log"), "utf8")).to.equal("testservice: crashing as told\n");
    expect((await run(args, { TESTSERVICE_MODE: "panic", WINDOWS_HA_ADDRESS: "" })).code).to.equal(2);
    const [, panic] = readdirSync(kept)
      .filter((name) => name.startsWith("crash-"))
      .sort();
    expect(readFileSync(join(kept, panic!), "utf8"))
      .to.contain("exit code 2 (0x2)")
      .and.contain("panic: as told");
  });

  it("serves as a service, is left alone when nothing changed, and is upgraded", async () => {
    expectDone(await install("1.0.0"));
    const first = await whoami();
    const { pid } = await status();
    expect(first.PID).not.to.equal(pid);
    expectDone(await install("1.0.0"));
    expect(await whoami()).to.include({ PID: first.PID });
    expectDone(await install("2.0.0"));
    expect((await whoami()).PID).not.to.equal(first.PID);
    // Wine's services have no console that a control event could go through.
    const said = process.platform === "win32" ? /^$/ : /the program did not end within 3.6s and was killed/;
    expect(readFileSync(join(logs, "stderr.log"), "utf8")).to.match(said);
  });

  it("ends with its service, and so does all that it started", async () => {
    expectDone(await run(["uninstall"]));
    await eventually("a free port", 10, () =>
      get(`http://127.0.0.1:${port}/health`).then(
        () => false,
        () => true,
      ),
    );
    expect(await status()).to.include({ service: "", running: false });
  });

  it("runs a scheduled task, keeps its result, and waits for the end of a run before an upgrade", async () => {
    const task = { name: "report", mode: "scheduledTask", port: undefined };
    const every = { schedule: { intervalSeconds: 1, timeLimitSeconds: 60 }, arguments: ["task"] };
    expectDone(await install("1.0.0", { ...task, ...every }));
    let last: { result?: string; exitCode?: number; release?: string } | undefined;
    const ended = (version: string) => async (): Promise<boolean> => {
      ({ last } = (await status())["task"] as { last?: typeof last });
      return last?.release?.startsWith(version) ?? false;
    };
    await eventually("a run that has ended", 20, ended("1.0.0"));
    expect(last).to.include({ result: "succeeded", exitCode: 0 });
    expectDone(await install("2.0.0", { ...task, ...every }));
    await eventually("a run of the new release", 20, ended("2.0.0"));
    expect(last).to.include({ result: "succeeded", exitCode: 0 });
    expect(readFileSync(join(root, "logs/report/stderr.log"), "utf8")).to.equal("");
    expectDone(await run(["uninstall"]));
  });

  it("shows what NSSM runs, from its key in the registry", async () => {
    const name = "windows-ha-test-nssm";
    const key = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${name}`;
    expectDone(await machine.run("sc", ["create", name, "binPath=", "C:\\tools\\nssm.exe"]));
    try {
      for (const [value, type, data] of [
        ["Application", "REG_SZ", "C:\\apps\\orders.exe"],
        ["AppParameters", "REG_SZ", "--config C:\\apps\\orders.yaml"],
        ["AppEnvironmentExtra", "REG_MULTI_SZ", "LOG_LEVEL=info\\0API_TOKEN=hunter2"],
      ] as const) {
        const values = ["/v", value, "/t", type, "/d", data, "/f"];
        expectDone(await machine.run("reg", ["add", `${key}\\Parameters`, ...values]));
      }
      const { code, stdout, stderr } = await run(["adopt", "--service", name, "--dry-run"]);
      expect(stdout)
        .to.contain('artifact: { path: "C:\\\\apps\\\\orders.exe" }')
        .and.contain('arguments: ["--config", "C:\\\\apps\\\\orders.yaml"]')
        .and.contain('environment: { LOG_LEVEL: "info" }')
        .and.contain('mode: "console", // NSSM runs it now')
        .and.not.contain("hunter2");
      expect(`${code} ${stderr}`).to.match(/^12 .*it doesn't run/s);
    } finally {
      await machine.run("sc", ["delete", name]);
    }
  });

  async function status(): Promise<Record<string, unknown>> {
    return JSON.parse((await run(["status", "--json"])).stdout) as Record<string, unknown>;
  }

  async function whoami(): Promise<{ PID: number }> {
    return JSON.parse((await get(`http://127.0.0.1:${port}/whoami`)).body) as { PID: number };
  }

  async function install(version: string, service: object = {}): Promise<CommandResult> {
    const document = join(folder, `${version}.json`);
    writeFileSync(document, JSON.stringify(agentSpec(version, service)));
    return run(["install", "--spec", machine.path(document)]);
  }

  function agentSpec(version: string, service: object): object {
    return {
      schemaVersion: 1,
      service: {
        ...{ name: "greeter", displayName: "Greeter", description: "", version, port, mode: "console" },
        ...{ arguments: [], environment: {} },
        ...service,
      },
      artifacts: [
        {
          ...{ os: "windows", arch: "amd64" },
          url: `http://127.0.0.1:${(files.address() as AddressInfo).port}/greeter.exe`,
          sha256: createHash("sha256").update(readFileSync(program)).digest("hex"),
        },
      ],
      health: { path: "/health", intervalSeconds: 1, timeoutSeconds: 1, consecutiveSuccesses: 2, deadlineSeconds: 20 },
      stop: { drainSeconds: 0, stopSeconds: 4, killSeconds: 5 },
      releasesToKeep: 3,
    };
  }
});

function expectDone({ code, stdout, stderr }: CommandResult): void {
  expect(code, stdout + stderr).to.equal(0);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket();
    socket.on("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}
