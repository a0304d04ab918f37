import { expect } from "chai";
import { WindowsHaCluster, type ConsulArgs, type WindowsHaClusterArgs } from "windows-ha";
import { attempt, clusterArgs, CONSUL_PROGRAM, failureOf, SHA256_A } from "./support";

const AGENT = { url: "https://files.example.com/windows-ha-agent", sha256: SHA256_A };
const TOKEN = "aaaaaaaa-1111-4000-8000-00000000";
const EXISTING = {
  retryJoin: ["10.1.0.4", "10.1.0.5"],
  caCertificate: "-----BEGIN CERTIFICATE-----",
  agentToken: `${TOKEN}0001`,
  serviceToken: `${TOKEN}0002`,
};
const GOSSIP_KEY = Buffer.alloc(32, 7).toString("base64");

const create =
  (consul?: ConsulArgs, changes: Partial<WindowsHaClusterArgs> = {}): (() => WindowsHaCluster) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs({ ...(consul ? { consul } : {}), ...changes }));
const own = (consul: Partial<ConsulArgs> = {}): ConsulArgs => ({ program: CONSUL_PROGRAM, agent: AGENT, ...consul });
const existing = (consul: Partial<ConsulArgs> = {}): ConsulArgs => ({
  program: CONSUL_PROGRAM,
  existing: EXISTING,
  gossipKey: GOSSIP_KEY,
  ...consul,
});
describe("Consul of a cluster that can't be", () => {
  const WRONG: [title: string, consul: ConsulArgs, changes: Partial<WindowsHaClusterArgs>, findings: string[]][] = [
    [
      "everything of the servers at once",
      own({ servers: { count: 4, size: "Standard_B2s", zones: ["1", "2"] }, gossipKey: GOSSIP_KEY }),
      {},
      ["consul.servers.count", "consul.servers.size"],
    ],
    ["servers on Windows", own({ servers: { os: "windows" } as object }), {}, ["consul.servers.os"]],
    ["a mesh", own({ mesh: {} } as object), {}, ["consul.mesh"]],
    ["no program", { enabled: true }, {}, ["consul.program"]],
    [
      "a service of Consul's own name",
      own(),
      { service: { ...clusterArgs().service, name: "consul" } },
      ["service.name", "machines.computerNamePrefix"],
    ],
    [
      "a service that no token can be bound to",
      own(),
      { service: { ...clusterArgs().service, name: "Orders" } },
      ["service.name"],
    ],
    [
      "machines whose names begin like the servers'",
      own(),
      { machines: { computerNamePrefix: "con" } },
      ["machines.computerNamePrefix"],
    ],
    [
      "a service that DNS can't ask for",
      own(),
      { service: { ...clusterArgs().service, name: "orders_v1" } },
      ["service.name"],
    ],
    [
      "a time-out as long as its interval",
      own({ registration: { checkIntervalSeconds: 2, checkTimeoutSeconds: 2 } }),
      {},
      ["consul.registration.checkTimeoutSeconds"],
    ],
    [
      "a subnet elsewhere",
      own(),
      { network: { addressSpace: "10.30.0.0/16", machinesSubnet: "10.30.0.0/22" } },
      ["network.consulSubnet"],
    ],
    [
      "a subnet over that of the machines",
      own(),
      { network: { consulSubnet: "10.20.0.0/24" } },
      ["network.consulSubnet"],
    ],
    [
      "settings in a store that nobody writes",
      existing(),
      { service: { ...clusterArgs().service, configuration: { store: "consul" as const } } },
      ["service.configuration.store"],
    ],
  ];
  for (const [title, consul, changes, findings] of WRONG) {
    it(`is refused with ${title}, before anything is created`, async () => {
      const { failure, registered } = await attempt(create(consul, changes));
      expect(registered).to.deep.equal([]);
      for (const path of findings) expect(failure.message).to.include(path);
    });
  }

  it("is refused with an oversize value, which is never shown", async () => {
    const configuration = { environment: { big: "canary".repeat(100_000) }, store: "consul" as const };
    const failure = await failureOf(create(own(), { service: { ...clusterArgs().service, configuration } }));
    expect(failure.message).to.include("512 KiB").and.not.include("canary");
  });
});
