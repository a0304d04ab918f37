import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import {
  CONSUL_VALUE_BYTES,
  consulPreparedQuery,
  consulServiceDocument,
  DEFAULTS,
  predictConsulLeader,
  predictServiceRemoval,
} from "@windows-ha/spec";
import { CertificateAuthority } from "../support/certificate-authority";
import type { ConsulAgent } from "../support/consul-agent";
import { ConsulDatacenter } from "../support/consul-datacenter";
import { eventually } from "../support/traffic";

interface HealthEntry {
  Service: { ID: string; Port: number; Meta: Record<string, string>; Weights: object };
  Node: { Node: string; Meta: Record<string, string> };
  Checks: { CheckID: string; Status: string }[];
}

const { checkIntervalSeconds: intervalSeconds, checkTimeoutSeconds: timeoutSeconds, raftMultiplier } = DEFAULTS.consul;
/** Of a question to the catalogue, twice: the test looks every 200 ms, on a busy computer. */
const LOOK_SECONDS = 1;
const SPLIT_VOTE = /Election timeout reached, restarting election/g;

/** Real servers and a real client, with rendered files only. */
describe("a datacenter", function () {
  this.timeout(60_000);
  const datacenter = new ConsulDatacenter();
  const [first] = datacenter.servers as [ConsulAgent, ...ConsulAgent[]];
  const answers: Record<string, number> = { "/ready": 200, "/health/deps": 200 };
  let service: Server;
  let client: ConsulAgent;

  before(async () => {
    service = createServer(({ url = "" }, response) => response.writeHead(answers[url] ?? 404).end()).listen(
      0,
      "127.0.0.1",
    );
    await once(service, "listening");
    await datacenter.start();
    await datacenter.seed();
    client = datacenter.client("web000001");
    client.configure(
      "orders",
      consulServiceDocument({
        name: "orders",
        port: port(),
        version: "1.4.2",
        zone: "1",
        tags: ["v1"],
      }),
    );
    client.configure(
      "worker",
      consulServiceDocument({ name: "orders", id: "orders-worker", version: "1.4.2", ttlSeconds: 3 }),
    );
    client.start();
    await eventually("orders in the catalogue", 30, async () => (await status("orders:ready")) !== undefined);
  });

  after(async () => {
    service?.close();
    await datacenter.remove();
  });

  const port = (): number => (service.address() as AddressInfo).port;
  const dnsToken = datacenter.tokens.dns.secretId;
  const instances = (agent = first): Promise<HealthEntry[]> =>
    agent.ask<HealthEntry[]>("health/service/orders", { token: dnsToken });
  const status = async (check: string): Promise<string | undefined> =>
    (await instances()).flatMap(({ Checks }) => Checks).find(({ CheckID }) => CheckID === check)?.Status;
  /** Ports that DNS answers with, from the client. */
  const found = async (name: string): Promise<number[]> => {
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([`${client.address}:${client.document.ports.dns}`]);
    const records = await resolver.resolveSrv(name).catch((error: { code: string }) => {
      if (error.code === "ENOTFOUND") return [];
      throw error;
    });
    return records.map(({ port }) => port);
  };
  /** DNS asks any server, which may be some milliseconds behind its leader. */
  const findsSoon = (name: string, ports: readonly number[]): Promise<unknown> =>
    eventually(`${name} at [${ports.join(", ")}]`, 2, async () => String(await found(name)) === String(ports));

  it("has three voters, of which one may be lost once they were healthy for ten seconds", async () => {
    interface Autopilot {
      FailureTolerance: number;
      Voters: string[] | null;
    }
    const autopilot = (): Promise<Autopilot> =>
      first.ask<Autopilot>("operator/autopilot/state", { token: datacenter.management });
    // Autopilot looks every two seconds, and has no opinion before its first look.
    await eventually("three voters", 20, async () => (await autopilot()).Voters?.length === 3);
    await eventually("a tolerated loss", 20, async () => (await autopilot()).FailureTolerance === 1);
  });

  it("takes the preset policies and tokens again without a change", async () => {
    expect(await datacenter.seed()).to.equal(0);
    expect(await datacenter.seed(datacenter.servers[2])).to.equal(0);
  });

  it("denies whoever has no token, and each token what isn't its own", async () => {
    const { machines, dns, orders } = datacenter.tokens;
    const foreign = { Name: "payments", Port: 1 };
    const DENIED: [string, Parameters<ConsulAgent["request"]>[1]][] = [
      ["acl/policies", {}],
      ["agent/members?wan=0", {}],
      ["kv/service/orders", { token: dns.secretId }],
      ["kv/service/orders", { method: "PUT", token: machines.secretId, body: "x" }],
      ["agent/service/register", { method: "PUT", token: orders.secretId, body: foreign }],
      ["agent/service/register", { method: "PUT", token: machines.secretId, body: foreign }],
      ["acl/policies", { token: datacenter.tokens.servers.secretId }],
    ];
    for (const [path, request] of DENIED) {
      const { status: code, body } = await client.request(path, request);
      // A list that nobody may read is empty.
      if (code === 200) expect(body ?? [], path).to.deep.equal([]);
      else expect(code, path).to.equal(403);
    }
  });

  const members = async (): Promise<string[]> =>
    (await first.ask<{ Name: string }[]>("agent/members", { token: dnsToken })).map(({ Name }) => Name);

  it("lets nobody gossip who has another key", async () => {
    const stranger = datacenter.client("web000666", { gossipKey: Buffer.alloc(32, 7).toString("base64") });
    stranger.start();
    await eventually("a refused join", 15, async () => first.log().includes("No installed keys could decrypt"));
    expect(await members())
      .to.include("web000001")
      .and.not.include("web000666");
    await stranger.end();
  });

  it("is believed by nobody who trusts another authority", async () => {
    const { certFile: caFile } = new CertificateAuthority(join(datacenter.folder, "other-tls"));
    const stranger = datacenter.client("web000667", { caFile });
    stranger.start();
    await eventually("a refused server", 15, async () => stranger.log().includes("unknown authority"));
    expect(await members()).to.not.include("web000667");
    await stranger.end();
  });

  it("finds a service by HTTP and DNS with what was declared of it", async () => {
    await eventually(
      "orders ready",
      intervalSeconds + timeoutSeconds + LOOK_SECONDS,
      async () => (await status("orders:ready")) === "passing",
    );
    const entry = (await instances()).find(({ Service }) => Service.ID === "orders")!;
    expect(entry.Service.Meta).to.deep.equal({ version: "1.4.2", zone: "1" });
    expect(entry.Service.Weights).to.deep.equal({ Passing: 10, Warning: 10 });
    expect(entry.Node.Meta).to.include({ zone: "1" });
    await findsSoon("orders.service.consul", [port()]);
    await findsSoon("v1.orders.service.consul", [port()]);
    await findsSoon("v2.orders.service.consul", []);
  });

  it("finds a worker only while it reports", async () => {
    const report = { method: "PUT", token: datacenter.tokens.orders.secretId } as const;
    expect(await status("orders-worker:alive")).to.equal("critical");
    await client.ask("agent/check/pass/orders-worker:alive", report);
    await eventually("the worker alive", 3, async () => (await status("orders-worker:alive")) === "passing");
    await eventually(
      "the worker gone",
      3 + LOOK_SECONDS,
      async () => (await status("orders-worker:alive")) === "critical",
    );
  });

  it("takes up a file by a reload, and forgets the service when the file is gone", async () => {
    const reload = (): Promise<unknown> =>
      client.ask("agent/reload", { method: "PUT", token: datacenter.tokens.machines.secretId });
    const ids = async (): Promise<string[]> => (await instances()).map(({ Service }) => Service.ID);
    const second = { name: "orders", id: "orders-2", port: port(), version: "1.5.0" };
    client.configure("second", consulServiceDocument(second));
    await reload();
    await eventually("the second", 3, async () => (await ids()).includes("orders-2"));
    client.forget("second");
    await reload();
    await eventually("no second", 3, async () => !(await ids()).includes("orders-2"));
    expect(await ids()).to.include("orders");
  });

  it("takes a drained service out by maintenance, and back", async () => {
    const request = { method: "PUT", token: datacenter.tokens.orders.secretId } as const;
    await client.ask("agent/service/maintenance/orders?enable=true&reason=windows-ha:%20drain", request);
    await findsSoon("orders.service.consul", []);
    await client.ask("agent/service/maintenance/orders?enable=false", request);
    await findsSoon("orders.service.consul", [port()]);
  });

  it("answers a prepared query by its name, with failover as it was declared", async () => {
    const token = datacenter.management;
    const query = consulPreparedQuery({
      service: "orders",
      name: "nearest-orders",
      tags: ["v1"],
      failover: [{ datacenter: "dc2" }, { peer: "west" }],
    });
    const { ID } = await first.ask<{ ID: string }>("query", { method: "POST", token, body: query });
    const [kept] = await first.ask<(typeof query)[]>(`query/${ID}`, { token });
    expect(kept!.Service.Failover.Targets).to.have.length(2);
    expect(kept!.Service).to.deep.include({ Near: "_agent", OnlyPassing: false });
    await findsSoon("nearest-orders.query.consul", [port()]);
  });

  it("keeps a value of 512 KiB and refuses a byte more", async () => {
    const put = (bytes: number): Promise<{ status: number }> =>
      first.request("kv/service/orders/large", {
        method: "PUT",
        token: datacenter.management,
        body: "x".repeat(bytes),
      });
    expect((await put(CONSUL_VALUE_BYTES)).status).to.equal(200);
    expect((await put(CONSUL_VALUE_BYTES + 1)).status).to.equal(413);
  });

  it("still finds a service whose dependencies are lost, with a warning", async () => {
    answers["/health/deps"] = 429;
    const limit = DEFAULTS.consul.dependenciesIntervalSeconds + timeoutSeconds + LOOK_SECONDS;
    await eventually("a warning", limit, async () => (await status("orders:dependencies")) === "warning");
    await findsSoon("orders.service.consul", [port()]);
  });

  it("loses a service that isn't ready within the predicted time", async () => {
    const { worstSeconds } = predictServiceRemoval({ intervalSeconds, timeoutSeconds });
    answers["/ready"] = 503;
    const seconds = await eventually(
      "orders critical",
      worstSeconds + LOOK_SECONDS,
      async () => (await status("orders:ready")) === "critical",
    );
    expect(seconds).to.be.at.most(worstSeconds);
    await findsSoon("orders.service.consul", []);
  });

  it("has a new leader within the predicted time after the old one was killed, and no write is lost", async () => {
    const write = (server: ConsulAgent, value: string): Promise<unknown> =>
      server.ask("kv/last", { method: "PUT", token: datacenter.management, body: value });
    const old = (await datacenter.leader())!;
    await write(old, "before");
    const [survivor, other] = datacenter.servers.filter((server) => server !== old) as [ConsulAgent, ConsulAgent];
    const splitVotes = (): number =>
      [survivor, other].flatMap((server) => [...server.log().matchAll(SPLIT_VOTE)]).length;
    const votesBefore = splitVotes();

    await old.end("SIGKILL");
    const seconds = await eventually("a new leader", 15, async () => {
      const known = await datacenter.leader(survivor);
      return known !== undefined && known !== old;
    });
    const { worstSeconds } = predictConsulLeader({ raftMultiplier });
    // A split vote costs up to two time-outs, and isn't in the prediction.
    expect(seconds).to.be.at.most(worstSeconds * 1.1 + (splitVotes() - votesBefore) * 2 * raftMultiplier);

    const read = await survivor.ask<string>("kv/last?raw&consistent", { token: datacenter.management });
    expect(read).to.equal("before");
    await write(survivor, "after");

    old.start();
    await eventually("the old leader back from its disk", 15, async () => {
      const kept = await old.request("kv/last?raw&stale", { token: datacenter.management });
      return kept.body === "after";
    });
  });
});
