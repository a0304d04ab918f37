import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { consulServiceDocument } from "@windows-ha/spec";
import { succeed } from "../support/command";
import type { ConsulAgent } from "../support/consul-agent";
import { ConsulDatacenter } from "../support/consul-datacenter";
import { eventually } from "../support/traffic";

/** Real servers that are lost, come back from their disks, and are given an earlier state. */
describe("a datacenter that loses servers", function () {
  this.timeout(60_000);
  const datacenter = new ConsulDatacenter();
  const { management: token } = datacenter;
  const [first] = datacenter.servers as [ConsulAgent, ...ConsulAgent[]];
  /** Names of every write that was acknowledged. */
  const acknowledged: string[] = [];
  let service: Server;
  let client: ConsulAgent;

  before(async () => {
    service = createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
    await once(service, "listening");
    client = datacenter.client("web000001");
    const { port } = service.address() as AddressInfo;
    client.configure("orders", consulServiceDocument({ name: "orders", port, version: "1.4.2" }));
  });

  after(async () => {
    service?.close();
    await datacenter.remove();
  });

  const write = async (server: ConsulAgent): Promise<number> => {
    const name = `write-${acknowledged.length}`;
    const { status } = await server.request(`kv/${name}`, { method: "PUT", token, body: name });
    if (status === 200) acknowledged.push(name);
    return status;
  };
  /** Of all acknowledged writes, by the leader's own word. */
  const kept = async (server: ConsulAgent): Promise<string[]> => {
    const keys = await server.ask<string[]>("kv/write-?keys&consistent", { token });
    return keys.sort();
  };
  const writesAgain = (server: ConsulAgent): Promise<number> =>
    eventually("a write", 20, async () => (await write(server)) === 200);
  const isFound = async (server: ConsulAgent): Promise<boolean> => {
    const found = await server.ask<object[]>("health/service/orders?passing", {
      token: datacenter.tokens.dns.secretId,
    });
    return found.length === 1;
  };
  const followers = async (): Promise<[ConsulAgent, ConsulAgent]> => {
    const leader = await datacenter.leader();
    return datacenter.servers.filter((server) => server !== leader) as [ConsulAgent, ConsulAgent];
  };

  it("has its clients from the first boot on, also when they boot before there is a leader or a token", async () => {
    client.start();
    await datacenter.start();
    await datacenter.seed();
    await eventually("orders ready", 45, () => isFound(first));
  });

  it("goes on writing when one of its three is lost", async () => {
    const [lost] = await followers();
    const rest = datacenter.servers.find((server) => server !== lost)!;
    await lost.end();
    const statuses = [];
    for (let index = 0; index < 20; index++) statuses.push(await write(rest));
    expect(new Set(statuses)).to.deep.equal(new Set([200]));

    lost.start();
    await eventually("the same on the one that was lost", 15, async () => {
      const stale = await lost.request(`kv/${acknowledged.at(-1)}?raw&stale`, { token });
      return stale.body === acknowledged.at(-1);
    });
  });

  it("stops writing when two are lost, and has every acknowledged write when one of them is back", async () => {
    const [one, two] = await followers();
    const rest = datacenter.servers.find((server) => server !== one && server !== two)!;
    await Promise.all([one.end(), two.end()]);
    await eventually("a refused write", 15, async () => (await write(rest)) === 500);
    const stale = await rest.ask<string>(`kv/${acknowledged.at(-1)}?raw&stale`, { token });
    expect(stale, "who takes old answers still gets them").to.equal(acknowledged.at(-1));

    one.start();
    await writesAgain(rest);
    expect(await kept(rest)).to.deep.equal([...acknowledged].sort());
    two.start();
    await eventually("three again", 15, async () => (await datacenter.leader(two)) !== undefined);
  });

  it("comes back from its disks when all were lost at once, with tokens, values and services", async () => {
    await Promise.all(datacenter.servers.map((server) => server.end()));
    await datacenter.start();
    await writesAgain(first);
    expect(await kept(first)).to.deep.equal([...acknowledged].sort());
    expect(await datacenter.seed(), "policies and tokens that had to be written again").to.equal(0);
    await eventually("orders ready", 30, () => isFound(first));
  });

  it("is given the state of a snapshot, also on a server that wasn't the leader", async () => {
    const [follower] = await followers();
    const file = join(datacenter.folder, "state.snap");
    const consul = (...args: string[]): Promise<string> =>
      succeed("consul", ["snapshot", ...args], {
        env: { ...process.env, CONSUL_HTTP_ADDR: `http://${follower.address}:8500`, CONSUL_HTTP_TOKEN: token },
        timeoutSeconds: 30,
      });
    await consul("save", file);
    const before = [...acknowledged].sort();
    await first.ask(`kv/${before[0]}`, { method: "DELETE", token });
    await writesAgain(first);

    await consul("restore", file);
    await eventually("the state of the snapshot", 20, async () => String(await kept(first)) === String(before));
    await writesAgain(first);
    await eventually("orders ready", 30, () => isFound(first));
  });
});
