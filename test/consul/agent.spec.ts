import { expect } from "chai";
import { consulServiceDocument } from "@windows-ha/spec";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { AgentDatacenter } from "../support/agent-datacenter";
import type { AgentMachine } from "../support/agent-machine";
import { storedZip } from "../support/stored-zip";
import { eventually } from "../support/traffic";

interface ConsulStatus {
  state: string;
  role: string;
  pid: number;
  leader: string;
  zone: string;
  services: string[];
  maintenance?: Record<string, string>;
  server?: {
    declared?: { leader: boolean; appliedVersion?: string; problem?: string };
    snapshots?: { last?: string; kept: number; problem?: string };
  };
}

const SERVICE_PORT = 8080;

/** Machines with the real agent and the real Consul, from documents alone. */
describe("the agent and Consul", function () {
  this.timeout(60_000);
  const datacenter = new AgentDatacenter();
  let client: AgentMachine;
  const status = (machine: AgentMachine): Promise<ConsulStatus> => machine.status<ConsulStatus>("consul");
  const first = (): AgentMachine => datacenter.servers[0]!;
  const asked = (path: string, token: string, machine = first()): Promise<unknown> =>
    machine.consul(path, token).then(({ body }) => body);
  const found = async (passing = true): Promise<{ Service: { Meta: Record<string, string> } }[]> => {
    const path = `health/service/orders${passing ? "?passing" : ""}`;
    return (await asked(path, datacenter.token("dns"))) as { Service: { Meta: Record<string, string> } }[];
  };

  before(async function () {
    this.timeout(120_000);
    await datacenter.start();
  });
  after(() => datacenter.remove());

  function document(version: string, drainSeconds = 0): object {
    const { service } = consulServiceDocument({
      name: "orders",
      port: SERVICE_PORT,
      version,
      healthAddress: client.address,
      dependenciesPath: false,
      windowsService: "orders",
      checkIntervalSeconds: 1,
      checkTimeoutSeconds: 0.5,
    });
    const program = readFileSync(datacenter.programs.service);
    const { url, sha256 } = datacenter.cloud.file("orders", program);
    return {
      schemaVersion: 1,
      service: {
        name: "orders",
        displayName: "Orders",
        description: "",
        version,
        port: SERVICE_PORT,
        arguments: [],
        environment: {},
      },
      artifacts: [{ os: "linux", arch: process.arch === "arm64" ? "arm64" : "amd64", url, sha256 }],
      health: { path: "/health", intervalSeconds: 1, timeoutSeconds: 1, consecutiveSuccesses: 1, deadlineSeconds: 10 },
      stop: { drainSeconds, stopSeconds: 2, killSeconds: 2 },
      releasesToKeep: 2,
      consul: datacenter.clientConsul([service]),
    };
  }

  it("a service is installed though no server is there yet, and says that Consul is joining", async () => {
    client = await datacenter.client("web000001");
    const text = await client.apply(document("1.0.0"), "install");
    expect(text).to.include("orders 1.0.0 is in place").and.include("still joining");
    expect((await status(client)).state).to.equal("starting");
  });

  it("three servers elect a leader whose agent makes the datacenter what is declared", async () => {
    const version = datacenter.declare({ "service/orders/greeting": "hello" });
    const installed = datacenter.servers.map((server) =>
      server.apply(datacenter.serverDocument(), "consul", "install"),
    );
    for (const text of await Promise.all(installed)) expect(text).to.include("Consul 1.21.0 runs");
    await eventually("what is declared", 30, async () => {
      return (await asked("kv/windows-ha/orders/applied?raw", datacenter.management)) === version;
    });
    await eventually("servers that know their tokens", 30, async () => {
      const states = await Promise.all(datacenter.servers.map(status));
      return states.every(({ state, role }) => state === "ready" && role === "server");
    });
    const leading = (await Promise.all(datacenter.servers.map(status))).filter(
      ({ server }) => server?.declared?.leader,
    );
    expect(leading).to.have.length(1);
  });

  it("leaves a server alone that is in place", async () => {
    const { pid } = await status(first());
    expect(await first().apply(datacenter.serverDocument(), "consul", "install")).to.include("nothing was touched");
    expect((await status(first())).pid).to.equal(pid);
  });

  it("lets one server be taken away once all vote", async () => {
    const { code, stdout } = await first().run("consul", "gate", "--timeout", "30s");
    expect(code, stdout).to.equal(0);
    expect(stdout).to.include("1 may be lost");
  });

  it("the waiting client joins, and the service is found with its zone and without a check that Linux lacks", async () => {
    await eventually("ready", 60, async () => (await status(client)).state === "ready");
    await eventually("orders passing", 20, async () => (await found()).length === 1);
    const [entry] = await found();
    expect(entry!.Service.Meta).to.deep.equal({ version: "1.0.0", zone: "2" });
    expect(await asked("kv/service/orders/greeting?raw", datacenter.management)).to.equal("hello");
  });

  it("takes a drained service out, and back", async () => {
    expect((await client.run("drain")).code).to.equal(0);
    await eventually("not found", 3, async () => (await found()).length === 0);
    expect((await status(client)).maintenance).to.deep.equal({ orders: "windows-ha: drain" });
    expect((await client.run("undrain")).code).to.equal(0);
    await eventually("found", 5, async () => (await found()).length === 1);
    expect((await status(client)).maintenance).to.equal(undefined);
  });

  it("leaves a maintenance alone that somebody else began", async () => {
    const maintenance = (query: string): Promise<Response> =>
      fetch(`http://${client.address}:8500/v1/agent/service/maintenance/orders?${query}`, {
        method: "PUT",
        headers: { "X-Consul-Token": datacenter.token("orders") },
      });
    await maintenance("enable=true&reason=a%20person");
    for (const command of ["drain", "undrain"]) expect((await client.run(command)).code).to.equal(0);
    expect((await status(client)).maintenance).to.deep.equal({ orders: "a person" });
    await maintenance("enable=false");
  });

  it("a new release is registered with its version once it is healthy, without another Consul", async () => {
    const { pid } = await status(client);
    await client.apply(document("1.1.0", 1), "install");
    await eventually("1.1.0 found", 5, async () => (await found())[0]?.Service.Meta["version"] === "1.1.0");
    expect((await status(client)).pid).to.equal(pid);
  });

  it("a killed Consul comes back, and with it the service", async () => {
    const { pid } = await status(client);
    process.kill(pid, "SIGKILL");
    await eventually("another process that is ready", 30, async () => {
      const now = await status(client);
      return now.pid !== pid && now.state === "ready";
    });
    await eventually("found", 10, async () => (await found()).length === 1);
  });

  it("another program is exchanged for the running one; what Consul refuses never stops it", async () => {
    const { pid } = await status(client);
    const content = {
      consul: readFileSync(`${client.root}/${programOf(client)}`),
      LICENSE: Buffer.from("another zip"),
    };
    const file = datacenter.cloud.file("consul-next.zip", storedZip(content));
    const next = (edit: (consul: Record<string, unknown>) => void): object => {
      const declared = structuredClone(document("1.1.0", 1)) as { consul: Record<string, unknown> };
      (declared.consul["programs"] as object[])[0] = { os: "linux", arch: "amd64", ...file };
      edit(declared.consul);
      return declared;
    };
    const refused = await client.apply(
      next((consul) => ((consul["configuration"] as Record<string, unknown>)["retry_interval"] = "soon")),
      "install",
    );
    expect(refused).to.include("`consul validate` refuses the configuration");
    expect((await status(client)).pid).to.equal(pid);

    const text = await client.apply(
      next(() => {}),
      "install",
    );
    expect(text).to.include("Consul 1.21.0 runs");
    await eventually("another process", 30, async () => {
      const now = await status(client);
      return now.pid !== pid && now.state === "ready";
    });
    expect(programOf(client)).to.include(
      createHash("sha256").update(datacenter.cloud.files.get("consul-next.zip")!).digest("hex").slice(0, 8),
    );
    await eventually("found", 10, async () => (await found()).length === 1);
  });

  it("applies what is declared anew, removes what isn't any more, and keeps the last on a bad blob", async () => {
    await fetch(`http://${first().address}:8500/v1/kv/service/payments/greeting`, {
      method: "PUT",
      headers: { "X-Consul-Token": datacenter.management },
      body: "somebody else's",
    });
    const version = datacenter.declare({ "service/orders/limit": "5" }, []);
    await eventually("the new version", 10, async () => {
      return (await asked("kv/windows-ha/orders/applied?raw", datacenter.management)) === version;
    });
    expect(await asked("kv/service/orders/limit?raw", datacenter.management)).to.equal(5);
    expect((await first().consul("kv/service/orders/greeting", datacenter.management)).status).to.equal(404);
    expect(await asked("query", datacenter.management)).to.deep.equal([]);
    expect(await asked("kv/service/payments/greeting?raw", datacenter.management)).to.equal("somebody else's");

    datacenter.cloud.blobs.set("data/declared.json", Buffer.from('{"schemaVersion": 2}'));
    await eventually("a problem", 10, async () => {
      const states = await Promise.all(datacenter.servers.map(status));
      return states.some(({ server }) => server?.declared?.problem?.includes("the last good one stays"));
    });
    expect(await asked("kv/service/orders/limit?raw", datacenter.management)).to.equal(5);
    datacenter.declare({ "service/orders/limit": "5" }, []);
  });

  it("has a snapshot in the container, and brings back what was in one", async () => {
    await eventually("a snapshot", 10, async () =>
      [...datacenter.cloud.blobs.keys()].some((name) => /^snapshots\/consul-dc1-\d{8}T\d{6}Z\.snap$/.test(name)),
    );
    const file = `${first().root}/state.snap`;
    expect((await first().run("consul", "snapshot", "--output", file)).code).to.equal(0);
    const put = { method: "PUT", headers: { "X-Consul-Token": datacenter.management }, body: "lost" };
    await fetch(`http://${first().address}:8500/v1/kv/service/payments/greeting`, put);
    const { code, stderr } = await first().run("consul", "restore", "--input", file);
    expect(code, stderr).to.equal(0);
    await eventually("the former value", 10, async () => {
      return (await asked("kv/service/payments/greeting?raw", datacenter.management)) === "somebody else's";
    });
    const blob = [...datacenter.cloud.blobs.keys()].find((name) => name.startsWith("snapshots/"))!;
    expect((await first().run("consul", "restore", "--blob", blob.slice("snapshots/".length))).code).to.equal(0);
  });

  it("the gate names a lost server, with an exit code of its own", async () => {
    const lost = datacenter.servers[2]!;
    await lost.off();
    await eventually("a refusal", 30, async () => {
      const { code, stderr } = await first().run("consul", "gate", "--timeout", "0s");
      return code === 40 && stderr.includes("consul-3");
    });
    await lost.boot();
    expect((await first().run("consul", "gate", "--timeout", "50s")).code).to.equal(0);
  });

  it("Consul leaves with the last service that declares it", async () => {
    expect((await client.run("uninstall")).stdout).to.include("Consul was uninstalled");
    expect((await status(client)).state).to.equal("absent");
    await eventually("a farewell", 10, async () => {
      const members = (await asked("agent/members", datacenter.management)) as { Name: string; Status: number }[];
      return members.find(({ Name }) => Name === "web000001")?.Status !== 1;
    });
  });
});

function programOf(machine: AgentMachine): string {
  const state = JSON.parse(machine.read("consul/state.json")) as { build: string };
  return `consul/versions/${state.build}/consul`;
}
