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

  before(async () => {
    port = await freePort();
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
    await machine.boot();
    await windowsBuild("packages/agent", "./cmd/windows-ha-agent", agent, { tags: machine.buildTags });
    for (const version of ["1.0.0", "2.0.0"]) {
      const program = join(folder, `orders-${version}.exe`);
      await windowsBuild("examples/services/orders", ".", program, { linker: `-X main.version=${version}` });
      programs.set(version, readFileSync(program));
    }
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

  it("is uninstalled, and leaves its port", async () => {
    expectDone(await run("uninstall"));
    await get(url("/health")).then(
      ({ status }) => expect.fail(`answered ${status}`),
      (error: NodeJS.ErrnoException) => expect(error.code).to.equal("ECONNREFUSED"),
    );
    expect(await status()).to.include({ service: "", running: false });
  });

  const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const run = (...args: string[]): Promise<CommandResult> => machine.run(agent, args);

  async function status(): Promise<Record<string, unknown>> {
    return JSON.parse((await run("status", "--json")).stdout) as Record<string, unknown>;
  }

  async function answeredVersion(): Promise<string> {
    return (JSON.parse((await get(url("/version"))).body) as { version: string }).version;
  }

  async function install(version: string): Promise<CommandResult> {
    const document = join(folder, `${version}.json`);
    writeFileSync(document, JSON.stringify(agentSpec(version)));
    return run("install", "--spec", machine.path(document));
  }

  function agentSpec(version: string): object {
    return {
      schemaVersion: 1,
      service: {
        ...{ name: "orders", displayName: "Orders", description: "", version, port },
        ...{ arguments: [], environment: {} },
      },
      artifacts: [
        {
          ...{ os: "windows", arch: "amd64" },
          url: `http://127.0.0.1:${(files.address() as AddressInfo).port}/${version}`,
          sha256: createHash("sha256").update(programs.get(version)!).digest("hex"),
        },
      ],
      health: { path: "/health", intervalSeconds: 1, timeoutSeconds: 1, consecutiveSuccesses: 2, deadlineSeconds: 20 },
      stop: { drainSeconds: 1, stopSeconds: 5, killSeconds: 5 },
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
