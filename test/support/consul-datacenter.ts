import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  consulAclPlan,
  consulClientDocument,
  consulSecretsDocument,
  consulServerDocument,
  type ConsulAclPlan,
  type ConsulPolicy,
  type ConsulTokenIds,
} from "@windows-ha/spec";
import { CertificateAuthority } from "./certificate-authority";
import { ConsulAgent } from "./consul-agent";
import { eventually } from "./traffic";

const SERVERS = 3;
/** Without rights of an administrator nobody listens on 53. */
const DNS_PORT = 8600;

interface DatacenterOptions {
  raftMultiplier?: number;
  kubernetes?: { nodeName: string; ranges: readonly string[] };
}

const tokenIds = (): ConsulTokenIds => ({ accessorId: randomUUID(), secretId: randomUUID() });

/** Three real servers and clients on loopback addresses of their own, with nothing in their configuration but what is rendered. */
export class ConsulDatacenter {
  readonly folder = mkdtempSync(join(tmpdir(), "wha-consul-"));
  readonly management = randomUUID();
  readonly tokens = {
    servers: tokenIds(),
    machines: tokenIds(),
    dns: tokenIds(),
    orders: tokenIds(),
    sync: tokenIds(),
  };
  readonly plan: ConsulAclPlan;
  readonly servers: ConsulAgent[];
  readonly clients: ConsulAgent[] = [];
  readonly #authority = new CertificateAuthority(join(this.folder, "tls"));
  readonly #gossipKey = randomBytes(32).toString("base64");
  /** One network of its own, so that datacenters of several tests never meet. */
  readonly #network = `127.${randomInt(64, 250)}.${randomInt(1, 250)}`;

  /**
   * @param raftMultiplier in place of what is rendered, to compare
   * @param kubernetes a cluster whose Services are written into the catalogue from `ranges`
   */
  constructor({ raftMultiplier, kubernetes }: DatacenterOptions = {}) {
    this.plan = consulAclPlan({
      serverPrefix: "consul-",
      machinePrefixes: ["web"],
      services: ["orders"],
      ...(kubernetes && { catalogSyncs: [{ nodeName: kubernetes.nodeName, services: ["orders"] }] }),
      tokens: {
        ...this.tokens,
        services: { orders: this.tokens.orders },
        ...(kubernetes && { catalogSyncs: { [kubernetes.nodeName]: this.tokens.sync } }),
      },
    });
    const certificate = this.#authority.issue("server.dc1.consul");
    this.servers = this.#serverAddresses.map((address, index) => {
      const name = `consul-${index + 1}`;
      const document = consulServerDocument({
        ...this.#agentInput(name, address),
        ...certificate,
        zone: String(index + 1),
        servers: SERVERS,
        ...(kubernetes && { apiRanges: kubernetes.ranges }),
      });
      if (raftMultiplier !== undefined) document.performance = { raft_multiplier: raftMultiplier };
      const tokens = { initial_management: this.management, agent: this.tokens.servers.secretId };
      return new ConsulAgent(join(this.folder, name), document, consulSecretsDocument(this.#gossipKey, tokens));
    });
  }

  /** A client that isn't started yet. */
  client(name: string, { gossipKey = this.#gossipKey, caFile = this.#authority.certFile } = {}): ConsulAgent {
    const input = { ...this.#agentInput(name, `${this.#network}.${100 + this.clients.length}`), caFile };
    const document = consulClientDocument({ ...input, zone: "1", ephemeral: true, dnsPort: DNS_PORT });
    const secrets = consulSecretsDocument(gossipKey, {
      agent: this.tokens.machines.secretId,
      dns: this.tokens.dns.secretId,
      config_file_service_registration: this.tokens.orders.secretId,
    });
    const client = new ConsulAgent(join(this.folder, name), document, secrets);
    this.clients.push(client);
    return client;
  }

  /** The file with who vouches for the servers. */
  get caFile(): string {
    return this.#authority.certFile;
  }

  /** The server that leads, as `server` knows. */
  async leader(server = this.servers[0]!): Promise<ConsulAgent | undefined> {
    const known = await server.ask<string>("status/leader");
    return this.servers.find(({ document }) => known === `${document.bind_addr}:${document.ports.server}`);
  }

  /** Seconds until all servers agree about a leader, from a start of all at once. */
  async start(withinSeconds = 30): Promise<number> {
    for (const server of this.servers) server.start();
    return eventually("a leader that all servers know", withinSeconds, async () => {
      const leaders = await Promise.all(this.servers.map((server) => this.leader(server)));
      return leaders[0] !== undefined && new Set(leaders).size === 1;
    });
  }

  /** Makes policies and tokens what the plan says, as a server does after the election. @returns how many were written */
  async seed(server = this.servers[0]!): Promise<number> {
    const token = this.management;
    // A new leader makes the token a moment after its election.
    await eventually("the management token", 15, async () => {
      return (await server.request("acl/token/self", { token })).status === 200;
    });
    let written = 0;
    const write = async (path: string, body: unknown): Promise<void> => {
      await server.ask(path, { method: "PUT", token, body });
      written++;
    };
    for (const policy of this.plan.policies) {
      const known = await server.request(`acl/policy/name/${policy.Name}`, { token });
      if (known.status === 200 && (known.body as ConsulPolicy).Rules === policy.Rules) continue;
      await write(known.status === 200 ? `acl/policy/${(known.body as { ID: string }).ID}` : "acl/policy", policy);
    }
    for (const wanted of this.plan.tokens) {
      const known = await server.request(`acl/token/${wanted.AccessorID}`, { token });
      if (known.status !== 200) await write("acl/token", wanted);
    }
    return written;
  }

  async remove(): Promise<void> {
    await Promise.all([...this.servers, ...this.clients].map((agent) => agent.end()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #serverAddresses(): string[] {
    return Array.from({ length: SERVERS }, (_, index) => `${this.#network}.${index + 2}`);
  }

  #agentInput(nodeName: string, address: string): Parameters<typeof consulClientDocument>[0] {
    return {
      nodeName,
      address,
      clientAddress: address,
      retryJoin: this.#serverAddresses,
      dataFolder: join(this.folder, nodeName, "data"),
      caFile: this.#authority.certFile,
    };
  }
}
