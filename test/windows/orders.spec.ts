import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSocket, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandResult } from "../support/command";
import { eventually, get } from "../support/traffic";
import { windowsBuild } from "../support/windows-build";
import { windowsMachine, type WindowsMachine } from "../support/windows-machine";

const ROOT = "C:\\ProgramData\\windows-ha-test";

/** The agent and `orders` as they are built for Windows, under a service control manager, asked from outside. */
describe("orders on a Windows machine", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-windows-"));
  const programs = new Map<string, Buffer>();
  let files: Server;
  let machine: WindowsMachine;
  let agent: string;
  let port: number;
  let residentPort: number;

  before(async () => {
    port = await freePort();
    residentPort = await freePort();
    machine = windowsMachine({
      WINDOWS_HA_ROOT: ROOT,
      WINDOWS_HA_HOST_ADDRESS: "127.0.0.1",
      // Nobody answers there: a machine outside Azure.
      WINDOWS_HA_METADATA_ADDRESS: "http://127.0.0.1:9",
      // Services get them from their registration, which Wine doesn't read.
      WINDOWS_HA_ADDRESS: `127.0.0.1:${port}`,
      WINDOWS_HA_DRAIN_FILE: `${ROOT}\\run\\orders.drain`,
    });
    files = createServer((request, response) => {
      const content = programs.get(request.url!.slice(1));
      response.writeHead(content ? 200 : 404, { "content-length": content?.length ?? 0 }).end(content);
    });
    await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
    agent = join(folder, "windows-ha-agent.exe");
    const tags = [...machine.buildTags, "crashpoints"]; // it can be told where to be killed
    const built = (version: string): string => join(folder, `orders-${version}.exe`);
    await machine.boot();
    await Promise.all([
      windowsBuild("packages/agent", "./cmd/windows-ha-agent", agent, { tags }),
      ...["1.0.0", "2.0.0"].map((version) =>
        windowsBuild("examples/services/orders", ".", built(version), { linker: `-X main.version=${version}` }),
      ),
    ]);
    for (const version of ["1.0.0", "2.0.0"]) programs.set(version, readFileSync(built(version)));
    // A program for Windows that ends at once: it never becomes a service.
    programs.set("3.0.0", readFileSync(agent));
  });

  after(async () => {
    files?.close();
    await machine?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is installed, and answers", async () => {
    expectDone(await install("1.0.0"));
    expect(await answeredVersion()).to.equal("1.0.0");
    expect(await status()).to.include({ service: "orders", version: "1.0.0", running: true, healthy: true });
  });

  it("is left alone when nothing changed", async () => {
    const { pid } = await status();
    expectDone(await install("1.0.0"));
    expect((await status()).pid).to.equal(pid);
  });

  it("drains: not ready, but alive and answering", async () => {
    expect((await get(url("/ready"))).status).to.equal(200);
    expectDone(await run("drain"));
    expect((await get(url("/ready"))).status).to.equal(503);
    expect((await get(url("/health"))).status).to.equal(200);
    expectDone(await run("undrain"));
    await eventually("ready again", 5, async () => (await get(url("/ready"))).status === 200);
  });

  it("is upgraded", async () => {
    expectDone(await install("2.0.0"));
    expect(await answeredVersion()).to.equal("2.0.0");
    expect(await status()).to.include({ version: "2.0.0", healthy: true });
  });

  it("goes back to the former release by itself when the next one isn't a service, and says why", async () => {
    const result = await install("3.0.0");
    expect(result.code, result.stderr).to.equal(20);
    expect(result.stderr).to.match(
      /orders 3\.0\.0 failed at the step "(start|health)".*the former release 2\.0\.0-\w+ serves again/,
    );
    expect(await answeredVersion()).to.equal("2.0.0");
  });

  it("is rolled back on demand", async () => {
    expectDone(await run("rollback", "--to", "1.0.0"));
    expect(await answeredVersion()).to.equal("1.0.0");
  });

  it("is left alone by a release whose program is another one than declared", async () => {
    const { pid } = await status();
    const { code, stderr } = await install("2.0.0", { artifacts: [{ ...artifact("2.0.0"), sha256: "0".repeat(64) }] });
    expect(code, stderr).to.equal(10);
    expect(stderr).to.match(/SHA-256/);
    expect(await status()).to.include({ version: "1.0.0", pid });
  });

  it("is left alone by a release whose port a stranger holds, who is named where Windows knows it", async () => {
    const taken = await freePort();
    const stranger = runProgram(join(folder, "orders-1.0.0.exe"), ["--listen", `127.0.0.1:${taken}`]);
    try {
      await eventually("the stranger", 20, () =>
        get(`http://127.0.0.1:${taken}/health`).then(
          () => true,
          () => false,
        ),
      );
      const { code, stderr } = await install("2.0.0", { service: { ...service("2.0.0"), port: taken } });
      expect(code, stderr).to.equal(12);
      // Wine's table of ports doesn't say whose they are.
      const named = process.platform === "win32" ? String.raw`it, .*orders-1\.0\.0\.exe \(process \d+\)` : "it, or";
      expect(stderr).to.match(new RegExp(`port ${taken} can't be used: another program holds ${named}`));
    } finally {
      await runProgram("taskkill", ["/f", "/im", "orders-1.0.0.exe"]);
      await stranger;
    }
    expect(await answeredVersion()).to.equal("1.0.0");
  });

  it("is changed by one of two installations at once; the other one says that it is busy", async () => {
    const results = await Promise.all([install("2.0.0"), install("2.0.0")]);
    const said = results.map(({ stderr }) => stderr).join("\n");
    expect(results.map(({ code }) => code).sort(), said).to.deep.equal([0, 11]);
    expect(said).to.match(/another run of windows-ha-agent works on this machine \(process \d+ since/);
    expect(await answeredVersion()).to.equal("2.0.0");
  });

  for (const place of ["after stop", "after commit", "after start"]) {
    it(`serves the former release again after an installation that was killed ${place}`, async () => {
      expect((await install("1.0.0", {}, { WINDOWS_HA_CRASH_AT: place })).code).not.to.equal(0);
      const recovered = await run("recover");
      expectDone(recovered);
      expect(recovered.stdout).to.match(new RegExp(`interrupted at the step "${place.split(" ")[1]}" and undone`));
      expect(await answeredVersion()).to.equal("2.0.0");
      expect((await run("recover")).stdout).to.match(/nothing to do/);
    });
  }

  it("is watched, and answered for, by the agent's resident part", async () => {
    expectDone(await install("2.0.0", watched()));
    const { resident } = await status();
    expect(resident).to.have.property("pid").above(0);
    const asked = (path: string): Promise<number> =>
      get(`http://127.0.0.1:${residentPort}${path}`).then(
        ({ status }) => status,
        () => 0,
      );
    await eventually("alive", 20, async () => (await asked("/health")) === 200);
    await eventually("ready", 20, async () => (await asked("/ready")) === 200);
    expectDone(await run("drain"));
    await eventually("not ready", 20, async () => (await asked("/ready")) === 503);
    expectDone(await install("2.0.0", watched()));
    expect((await status()).resident).to.include({ pid: (resident as { pid: number }).pid });
  });

  it("is uninstalled, and leaves its port", async () => {
    expectDone(await run("uninstall"));
    await get(url("/health")).then(
      ({ status }) => expect.fail(`answered ${status}`),
      (error: NodeJS.ErrnoException) => expect(error.code).to.equal("ECONNREFUSED"),
    );
    expect(await status())
      .to.include({ service: "", running: false })
      .and.not.have.property("resident");
    await get(`http://127.0.0.1:${residentPort}/health`).then(
      ({ status }) => expect.fail(`answered ${status}`),
      (error: NodeJS.ErrnoException) => expect(error.code).to.equal("ECONNREFUSED"),
    );
  });

  const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const runProgram = (program: string, args: string[], env?: Record<string, string>): Promise<CommandResult> =>
    machine.run(program, args, env);
  const run = (...args: string[]): Promise<CommandResult> => runProgram(agent, args);

  async function status(): Promise<Record<string, unknown>> {
    return JSON.parse((await run("status", "--json")).stdout) as Record<string, unknown>;
  }

  async function answeredVersion(): Promise<string> {
    return (JSON.parse((await get(url("/version"))).body) as { version: string }).version;
  }

  async function install(version: string, changes: object = {}, env?: Record<string, string>): Promise<CommandResult> {
    const document = join(folder, `${version}.json`);
    writeFileSync(document, JSON.stringify({ ...agentSpec(version), ...changes }));
    return runProgram(agent, ["install", "--spec", machine.path(document)], env);
  }

  const service = (version: string): object => ({
    ...{ name: "orders", displayName: "Orders", description: "", version, port },
    ...{ arguments: [], environment: {} },
  });

  const artifact = (version: string): object => ({
    ...{ os: "windows", arch: "amd64" },
    url: `http://127.0.0.1:${(files.address() as AddressInfo).port}/${version}`,
    sha256: createHash("sha256").update(programs.get(version)!).digest("hex"),
  });

  const gate = { intervalSeconds: 1, timeoutSeconds: 1, consecutiveSuccesses: 2, deadlineSeconds: 20 };

  const agentSpec = (version: string): object => ({
    schemaVersion: 1,
    service: service(version),
    artifacts: [artifact(version)],
    health: { path: "/health", ...gate },
    stop: { drainSeconds: 1, stopSeconds: 5, killSeconds: 5 },
    releasesToKeep: 3,
  });

  const watched = (): object => ({
    health: { provider: "agent", port: residentPort, path: "/health", ...gate },
    resident: {
      watchdog: { enabled: true, intervalSeconds: 1, timeoutSeconds: 1, failures: 3 },
      scheduledEvents: { enabled: false },
      logs: { maxMegabytes: 100, keepDays: 7, totalMegabytes: 2048 },
    },
  });
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
