import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { consulServiceDocument, DEFAULTS } from "@windows-ha/spec";
import type { ConsulAgent } from "../test/support/consul-agent";
import { ConsulDatacenter } from "../test/support/consul-datacenter";
import { eventually } from "../test/support/traffic";
import { median, type Benchmark, type Figure } from "./figure";

const KILLS = 30;
/** Consul's own multiplier, for comparison; each of its elections takes up to a quarter of a minute. */
const DEFAULT_RAFT_MULTIPLIER = 5;
const DEFAULT_KILLS = 10;
/** Registered and killed together: Consul asks each at a moment of its own, so that one round sees all phases. */
const SERVICES = 10;
const ROUNDS = 5;
const WRITE_EVERY_MS = 50;

/** Real servers and a real client: how long a lost leader and a killed service are missed, and what a client costs. */
export const consul: Benchmark = async () => [
  ...(await withDatacenter({}, async (datacenter) => [
    ...leaderFigures("Consul leader killed, first write", await writeGaps(datacenter, KILLS), [3, 6]),
    ...(await clientFigures(datacenter)),
  ])),
  ...(await withDatacenter({ raftMultiplier: DEFAULT_RAFT_MULTIPLIER }, async (datacenter) =>
    leaderFigures("the same by Consul's defaults", await writeGaps(datacenter, DEFAULT_KILLS)),
  )),
];

async function withDatacenter(
  options: ConstructorParameters<typeof ConsulDatacenter>[0],
  measure: (datacenter: ConsulDatacenter) => Promise<Figure[]>,
): Promise<Figure[]> {
  const datacenter = new ConsulDatacenter(options);
  try {
    await datacenter.start(60);
    await datacenter.seed();
    return await measure(datacenter);
  } finally {
    await datacenter.remove();
  }
}

function leaderFigures(name: string, gaps: readonly number[], [typical, worst]: number[] = []): Figure[] {
  return [
    { name: `${name}, median`, value: median(gaps), unit: "s", limit: typical },
    { name: `${name}, longest`, value: Math.max(...gaps), unit: "s", limit: worst },
  ];
}

/** Seconds from each kill of the leader to the first write that the others acknowledge. */
async function writeGaps(datacenter: ConsulDatacenter, kills: number): Promise<number[]> {
  const gaps: number[] = [];
  while (gaps.length < kills) {
    await tolerant(datacenter);
    const old = await leaderOf(datacenter);
    // Its time-outs are drawn anew in each term: a kill must not follow the last election at the same distance.
    await sleep(Math.random() * 1000);
    const killed = performance.now();
    await old.end();
    await firstWrite(datacenter, old);
    gaps.push((performance.now() - killed) / 1000);
    old.start();
  }
  return gaps;
}

async function leaderOf(datacenter: ConsulDatacenter): Promise<ConsulAgent> {
  let leader: ConsulAgent | undefined;
  await eventually("a leader", 60, async () => (leader = await datacenter.leader()) !== undefined);
  return leader!;
}

/** Asks the others again and again without waiting for answers: a server keeps a write while it has no leader. */
async function firstWrite(datacenter: ConsulDatacenter, lost: ConsulAgent): Promise<void> {
  const others = datacenter.servers.filter((server) => server !== lost);
  const done = new AbortController();
  const write = async (server: ConsulAgent): Promise<void> => {
    const signal = AbortSignal.any([done.signal, AbortSignal.timeout(2000)]);
    const request = { method: "PUT", token: datacenter.management, body: lost.address, signal } as const;
    if ((await server.request("kv/bench", request)).status === 200) done.abort();
  };
  const writes: Promise<void>[] = [];
  while (!done.signal.aborted) {
    for (const server of others) writes.push(write(server).catch(() => undefined));
    await Promise.race([sleep(WRITE_EVERY_MS), once(done.signal, "abort")]);
  }
  await Promise.all(writes);
}

interface Autopilot {
  FailureTolerance: number;
  Voters: string[] | null;
}

/** Waits until one may be lost again: the one that was killed is back, has its vote, and is level with the others. */
async function tolerant(datacenter: ConsulDatacenter): Promise<void> {
  const { management: token, servers } = datacenter;
  await eventually("a tolerated loss", 90, async () => {
    const leader = await leaderOf(datacenter);
    const { Voters, FailureTolerance } = await leader.ask<Autopilot>("operator/autopilot/state", { token });
    return Voters?.length === servers.length && FailureTolerance > 0;
  });
}

async function clientFigures(datacenter: ConsulDatacenter): Promise<Figure[]> {
  const client = datacenter.client("web000001");
  const names = Array.from({ length: SERVICES }, (_, index) => `orders-${index}`);
  const services = await Promise.all(names.map(() => listen()));
  const ports = services.map((service) => (service.address() as AddressInfo).port);
  for (const [index, id] of names.entries()) {
    client.configure(id, consulServiceDocument({ id, name: "orders", port: ports[index]!, version: "1.0.0" }));
  }
  client.start();
  try {
    const removals: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      removals.push(...(await removalSeconds(datacenter, services, ports)));
    }
    return [
      { name: "killed service out of discovery, median", value: median(removals), unit: "s" },
      {
        name: "killed service out of discovery, longest",
        value: Math.max(...removals),
        unit: "s",
        limit: DEFAULTS.consul.checkIntervalSeconds + DEFAULTS.consul.checkTimeoutSeconds + 1,
      },
      { name: "Consul client, memory", value: residentMegabytes(client), unit: "MB" },
      { name: "Consul server, memory", value: residentMegabytes(datacenter.servers[0]!), unit: "MB" },
    ];
  } finally {
    for (const service of services) service.close();
    await client.end();
  }
}

/** Kills all services at once, and brings them back. @returns how long each was still found */
async function removalSeconds(
  datacenter: ConsulDatacenter,
  services: readonly Server[],
  ports: readonly number[],
): Promise<number[]> {
  const passing = async (): Promise<number> => {
    const request = { token: datacenter.tokens.dns.secretId };
    return (await datacenter.servers[0]!.ask<object[]>("health/service/orders?passing", request)).length;
  };
  await eventually("every service found", 60, async () => (await passing()) === SERVICES);
  // Else all are killed as soon as the last one was asked.
  await sleep(Math.random() * DEFAULTS.consul.checkIntervalSeconds * 1000);
  const killed = performance.now();
  for (const service of services) {
    service.close();
    service.closeAllConnections();
  }
  const seconds: number[] = [];
  while (seconds.length < SERVICES) {
    const found = await passing();
    while (seconds.length < SERVICES - found) seconds.push((performance.now() - killed) / 1000);
    await sleep(20);
  }
  services.forEach((service, index) => service.listen(ports[index], "127.0.0.1"));
  return seconds;
}

async function listen(): Promise<Server> {
  const service = createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
  await once(service, "listening");
  return service;
}

function residentMegabytes({ processId }: ConsulAgent): number {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
}
