import { expectUrnGolden } from "@windows-ha/testing";
import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { succeed } from "../support/command";
import { ConsulStack } from "../support/consul-stack";
import { REPOSITORY, type Machine, type Step } from "../support/sandbox-stack";
import { eventually, get } from "../support/traffic";

interface Entry {
  Service: { Address: string; Port: number; Meta: Record<string, string> };
  Node: { Node: string; Address: string };
  Checks: { Status: string }[];
}

const ARCHITECTURE = process.arch === "arm64" ? "arm64" : "amd64";
const AGENT = join(REPOSITORY, `packages/agent/bin/linux-${ARCHITECTURE}/windows-ha-agent`);

describe("a cluster that is found by Consul, as it stands in examples", function () {
  this.timeout(300_000);
  const stack = new ConsulStack();
  let servers: Machine[];
  let clients: Machine[];
  let management: string;
  let dns: string;

  before(() => stack.create({ snapshotIntervalMinutes: "1" }));
  after(() => stack.remove());

  /** As DNS has it: a warning, which lost dependencies are, takes nobody out. */
  const found = async (asked: Machine): Promise<string[]> => {
    const { body } = await stack.ask<Entry[]>(asked, "health/service/orders", { token: dns });
    const serving = body.filter(({ Checks }) => Checks.every(({ Status }) => Status !== "critical"));
    return serving.map(({ Node }) => Node.Address).sort();
  };
  const isServer = (name: string): boolean => name.startsWith("consul-");
  const addresses = (machines: readonly Machine[]): string[] => machines.map(({ address }) => address).sort();
  /** Both ways of asking say the same, on every machine. */
  const findsSoon = async (what: string, seconds: number, machines: readonly Machine[]): Promise<void> => {
    const expected = String(addresses(machines));
    await eventually(what, seconds, async () => {
      const byHttp = await Promise.all(clients.map(found));
      const byDns = await Promise.all(clients.map((client) => stack.lookUp(client, "orders.service.consul")));
      return [...byHttp, ...byDns].every((answer) => String(answer) === expected);
    });
  };
  const value = async (asked: Machine, key: string): Promise<unknown> =>
    (await stack.ask(asked, `kv/${key}?raw`, { token: management })).body;
  const changes = async (): Promise<Step[]> => {
    const { steps } = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    return steps.filter(({ op }) => op !== "same");
  };
  /** Names of the resources of Azure that a preview would change. */
  const touched = async (): Promise<string[]> => {
    const azure = (await changes()).filter(({ urn }) => /\$?azure-native:[^$:]+:[^$:]+::/.test(urn));
    return [...new Set(azure.map(({ urn }) => urn.split("::").at(-1)!))].sort();
  };

  it("has a leader, two followers, and a client on each machine", async () => {
    await stack.pulumi(["up", "--yes", "--skip-preview", "--stack", "dev"], { timeoutSeconds: 280 });
    // The agent's blob has the hash of a build in its name.
    const urns = (await stack.urns()).map((urn) => urn.replace(/(consul-agent)-[0-9a-f]{8}$/, "$1-HASH"));
    expectUrnGolden(urns, join(__dirname, "golden/consul.urns"));
    servers = await stack.withRole("leader", "follower");
    // They ask servers for a certificate again after growing pauses until these know their token.
    await eventually("three clients", 90, async () => (await stack.withRole("client")).length === 3);
    clients = await stack.withRole("client");
    expect(servers.map(({ consul }) => consul).sort()).to.deep.equal(["follower", "follower", "leader"]);
    expect(clients).to.have.length(3);
    expect(await stack.cli(["sandbox", "status"])).to.match(/^Consul +\S+ leads; 2 follower, 3 client$/m);
    [management, dns] = [stack.secret("management-token"), stack.secret("dns-token")];
  });

  it("encrypts gossip, asks for certificates, and denies whoever has no token", async () => {
    const [server] = servers as [Machine];
    // A member that is slow to answer makes the whole question fail.
    await eventually("six members with one key", 30, async () => {
      const { status, body } = await stack.ask<{ NumNodes: number; Keys: Record<string, number> }[]>(
        server,
        "operator/keyring",
        { token: management },
      );
      if (status !== 200) return false;
      const rings = body.map(({ NumNodes, Keys }) => [NumNodes, Object.values(Keys)]);
      return JSON.stringify(rings) === JSON.stringify([[6, [6]]]);
    });
    const { body: self } = await stack.ask<{ DebugConfig: Record<string, Record<string, Record<string, unknown>>> }>(
      server,
      "agent/self",
      { token: management },
    );
    expect(self.DebugConfig["TLS"]!["InternalRPC"]).to.include({
      VerifyIncoming: true,
      VerifyOutgoing: true,
      VerifyServerHostname: true,
    });
    expect((await stack.ask(clients[0]!, "kv/service/orders")).status).to.equal(403);
    expect((await stack.ask(clients[0]!, "catalog/nodes")).body).to.deep.equal([]);
  });

  it("finds the service by DNS and by HTTP, by its name and by a prepared query's", async () => {
    // What a client could not tell the servers before they knew its token, it tells them again after up to a minute.
    await findsSoon("all three", 90, clients);
    expect(await stack.lookUp(clients[0]!, "orders.query.consul")).to.deep.equal(addresses(clients));
    const { body } = await stack.ask<Entry[]>(clients[0]!, "health/service/orders", { token: dns });
    expect(body.map(({ Service: { Port, Meta } }) => [Port, Meta["version"]])).to.deep.equal(
      Array(3).fill([8080, "1.4.2"]),
    );
  });

  it("doesn't find a machine that drains, nor one without power for longer than 12 s", async () => {
    const [first, ...others] = clients as [Machine, ...Machine[]];
    await agent(first, "drain");
    await findsSoon("the two that don't drain", 3, others);
    await agent(first, "undrain");
    await findsSoon("all three again", 15, clients);

    await stack.cli(["sandbox", "stop-machine", first.name]);
    clients = others;
    await findsSoon("the two with power", 12, others);
    await stack.cli(["sandbox", "start-machine", first.name]);
    clients = [first, ...others];
    await findsSoon("all three again", 40, clients);
  });

  it("has nothing to do when nothing changed, twice", async () => {
    for (let count = 0; count < 2; count++)
      expect((await changes()).map(({ op, urn }) => `${op} ${urn}`)).to.deep.equal([]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("takes a changed setting into the store without touching a machine", async () => {
    expect(await value(clients[0]!, "service/orders/log/level")).to.equal("info");
    const before = await processes();
    await stack.set("logLevel", "debug");
    expect(await touched()).to.deep.equal(["orders-consul-declared-data"]);
    await stack.up();
    await eventually("the new value, in the services too", 30, async () => {
      const values = await Promise.all(clients.map((client) => value(client, "service/orders/log/level")));
      const inForce = await Promise.all(clients.map(({ address }) => get(`http://${address}:8080/config`)));
      return values.every((found) => found === "debug") && inForce.every(({ body }) => body.includes("debug"));
    });
    expect(await processes()).to.deep.equal(before);
  });

  it("keeps snapshots in their container", async () => {
    const blobs = (): string[] => {
      const folder = join(stack.sandbox, "blobs");
      return readdirSync(folder, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith(".snap"));
    };
    await eventually("a snapshot", 90, async () => blobs().length > 0);
  });

  it("replaces all servers one at a time under writes, and loses none", async () => {
    await stack.set("snapshotIntervalMinutes", "60");
    const names = [1, 2, 3].map((number) => `orders-consul-${number}`);
    expect(await touched()).to.deep.equal(names.flatMap((name) => [name, `${name}-gate`]));

    const [client] = clients as [Machine];
    const acknowledged: string[] = [];
    let refused = 0;
    let fewest = 3;
    let done = false;
    const update = stack
      .pulumi(["up", "--yes", "--skip-preview", "--stack", "dev"], { timeoutSeconds: 280 })
      .finally(() => (done = true));
    update.catch(() => undefined);
    const watch = (async () => {
      while (!done) {
        const running = (await stack.machines()).filter(({ name, power }) => isServer(name) && power === "running");
        fewest = Math.min(fewest, running.length);
        await sleep(500);
      }
    })();
    while (!done) {
      const name = `writes/${acknowledged.length + refused}`;
      const { status } = await stack.ask(client, `kv/${name}`, { method: "PUT", token: management, body: name });
      if (status === 200) acknowledged.push(name);
      else refused++;
      await sleep(100);
    }
    await Promise.all([update, watch]);

    const { body: kept } = await stack.ask<string[]>(client, "kv/writes/?keys&consistent", { token: management });
    expect(acknowledged.length).to.be.greaterThan(50);
    expect(
      acknowledged.filter((name) => !kept.includes(name)),
      "lost",
    ).to.deep.equal([]);
    expect(fewest, "servers that ran at the same time").to.equal(2);
    const after = await stack.withRole("leader", "follower");
    expect(after.map(({ name, address }) => `${name} ${address}`)).to.deep.equal(
      servers.map(({ name, address }) => `${name} ${address}`),
    );
    await findsSoon("all three", 15, clients);
    expect((await changes()).map(({ op, urn }) => `${op} ${urn}`)).to.deep.equal([]);
  });

  it("goes down without leaving a resource, a machine, a process or a disk", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"], { timeoutSeconds: 120 });
    expect(await stack.resources()).to.deep.equal([]);
    expect(await stack.machines()).to.deep.equal([]);
    expect(stack.processes().filter((line) => line.includes("consul"))).to.deep.equal([]);
    for (const folder of ["disks", "machines"]) expect(readdirSync(join(stack.sandbox, folder))).to.deep.equal([]);
  });

  /** Ids of the processes of every machine, which a restart changes. */
  async function processes(): Promise<string[]> {
    return stack
      .processes()
      .filter((line) => line.includes("/machines/"))
      .sort();
  }

  /** A command of the agent on a machine. */
  async function agent(machine: Machine, command: string): Promise<void> {
    const root = join(stack.sandbox, "machines", machine.name, "root");
    await succeed(AGENT, [command, "--service", "orders"], {
      env: {
        PATH: process.env["PATH"],
        WINDOWS_HA_ROOT: root,
        WINDOWS_HA_HOST_ADDRESS: machine.address,
        COMPUTERNAME: machine.name,
      },
    });
  }
});
