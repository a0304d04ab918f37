import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { expect } from "chai";
import type { MachineStatus } from "../../../../packages/sandbox/src/data-plane";
import { withConsulRoles } from "../../../../packages/sandbox/src/machines";

const LEADER = "127.231.9.1";
const PEERS = [LEADER, "127.231.9.2"].map((address) => `${address}:8300`);

describe("what Consul on a machine is", () => {
  const servers: Server[] = [];
  after(() => servers.forEach((server) => server.close()));

  /** An agent of Consul, as far as nobody needs a token for. */
  async function agent(address: string, leader: string, status = 200): Promise<void> {
    const server = createServer(({ url }, response) => {
      response.writeHead(status).end(JSON.stringify(url === "/v1/status/leader" ? leader : PEERS));
    }).listen(8500, address);
    await once(server, "listening");
    servers.push(server);
  }
  const machine = (address: string, power: MachineStatus["power"] = "running"): MachineStatus =>
    ({ name: address, address, power }) as MachineStatus;

  it("is what it says itself, and nothing where nobody answers or the power is off", async () => {
    await agent(LEADER, PEERS[0]!);
    await agent("127.231.9.2", PEERS[0]!);
    await agent("127.231.9.3", PEERS[0]!);
    await agent("127.231.9.4", "");
    await agent("127.231.9.5", "No known Consul servers", 500);
    const machines = ["1", "2", "3", "4", "5", "6"].map((number) => machine(`127.231.9.${number}`));
    const seen = await withConsulRoles([...machines, machine(LEADER, "stopped")]);
    expect(seen.map(({ consul }) => consul)).to.deep.equal([
      "leader",
      "follower",
      "client",
      "no leader",
      "no leader",
      undefined,
      undefined,
    ]);
  });
});
