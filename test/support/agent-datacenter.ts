import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { arch } from "node:os";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  consulAclPlan,
  consulClientDocument,
  consulPreparedQuery,
  consulServerDocument,
  type AgentConsul,
  type AgentConsulServerSpec,
  type AgentSecretReference,
  type ConsulAgentDocument,
  type ConsulConfiguration,
  type ConsulDeclaredData,
} from "@windows-ha/spec";
import { AgentMachine, buildAgentPrograms, type AgentPrograms } from "./agent-machine";
import { CertificateAuthority } from "./certificate-authority";
import { MachineCloud } from "./machine-cloud";
import { storedZip } from "./stored-zip";

const SERVERS = 3;
/** Without rights of an administrator nobody listens on 53. */
const DNS_PORT = 8600;

/** Machines whose agents make a datacenter of real servers and clients, from documents alone. */
export class AgentDatacenter {
  readonly folder = mkdtempSync(join(tmpdir(), "wha-agents-"));
  readonly cloud = new MachineCloud();
  readonly management = randomUUID();
  readonly accessors: Record<"servers" | "machines" | "dns" | "orders", string> = {
    servers: randomUUID(),
    machines: randomUUID(),
    dns: randomUUID(),
    orders: randomUUID(),
  };
  readonly machines: AgentMachine[] = [];
  readonly servers: AgentMachine[] = [];
  programs!: AgentPrograms;
  readonly #authority = new CertificateAuthority(join(this.folder, "tls"));
  readonly #network = `127.${randomInt(64, 250)}.${randomInt(1, 250)}`;
  #secrets!: Record<
    "gossip" | "management" | "certificate" | "servers" | "tokens" | "dns" | "orders",
    AgentSecretReference
  >;

  async start(): Promise<void> {
    await this.cloud.start();
    this.programs = buildAgentPrograms(this.folder);
    const { certFile, keyFile } = this.#authority.issue("server.dc1.consul");
    const token = (name: string): AgentSecretReference => this.cloud.secret(name, randomUUID());
    this.#secrets = {
      gossip: this.cloud.secret("gossip", randomBytes(32).toString("base64")),
      management: this.cloud.secret("management", this.management),
      certificate: this.cloud.secret("certificate", readFileSync(certFile, "utf8") + readFileSync(keyFile, "utf8")),
      servers: token("servers"),
      tokens: token("machines"),
      dns: token("dns"),
      orders: token("orders"),
    };
    const program = execFileSync("sh", ["-c", "command -v consul"], { encoding: "utf8" }).trim();
    this.cloud.file("consul.zip", storedZip({ consul: readFileSync(program) }));
    for (let index = 0; index < SERVERS; index++) {
      this.servers.push(await this.machine(`consul-${index + 1}`, `${this.#network}.${index + 2}`, String(index + 1)));
    }
  }

  async machine(name: string, address: string, zone: string): Promise<AgentMachine> {
    const metadata = await this.cloud.metadata(address, zone);
    const machine = new AgentMachine(this.folder, name, address, metadata, this.programs.agent);
    this.machines.push(machine);
    await machine.boot();
    return machine;
  }

  client(name: string): Promise<AgentMachine> {
    return this.machine(name, `${this.#network}.${100 + this.machines.length}`, "2");
  }

  async remove(): Promise<void> {
    await Promise.all(this.machines.map((machine) => machine.off()));
    this.cloud.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  token(name: "orders" | "dns" | "machines" | "servers"): string {
    return this.cloud.secrets.get(name)!;
  }

  serverDocument(): AgentConsulServerSpec {
    const input = { ...this.#agentInput, servers: SERVERS, certFile: "", keyFile: "" };
    const { certificate, gossip, management, servers } = this.#secrets;
    return {
      schemaVersion: 1,
      consul: {
        ...this.#consul(configurationOf(consulServerDocument(input))),
        secrets: { gossipKey: gossip, certificate, tokens: { agent: servers, management } },
        services: [],
      },
      server: {
        declaredData: { ...this.cloud.blob("data/declared.json"), intervalSeconds: 1 },
        snapshots: { container: this.cloud.blob("snapshots"), intervalMinutes: 60, keep: 2 },
      },
    };
  }

  clientConsul(services: AgentConsul["services"] = []): AgentConsul {
    const input = { ...this.#agentInput, ephemeral: true, dnsPort: DNS_PORT };
    const { gossip, tokens, dns, orders } = this.#secrets;
    return {
      ...this.#consul(configurationOf(consulClientDocument(input))),
      secrets: { gossipKey: gossip, tokens: { agent: tokens, dns, services: orders } },
      services,
    };
  }

  /** Puts data into the blob that the servers' agents read. @returns its version */
  declare(values: Record<string, string>, queries = ["orders"]): string {
    const secretId = ""; // read by the servers' agents
    const ids = Object.fromEntries(
      Object.entries(this.accessors).map(([who, accessorId]) => [who, { accessorId, secretId }]),
    ) as Record<keyof typeof this.accessors, { accessorId: string; secretId: string }>;
    const plan = consulAclPlan({
      serverPrefix: "consul-",
      machinePrefixes: ["web"],
      services: ["orders"],
      tokens: { ...ids, services: { orders: ids.orders } },
    });
    const { servers, tokens: machines, dns, orders } = this.#secrets;
    const secretOf = new Map(
      Object.entries({ servers, machines, dns, orders }).map(([who, reference]) => [
        this.accessors[who as keyof typeof this.accessors],
        reference,
      ]),
    );
    const content = {
      policies: plan.policies,
      tokens: plan.tokens.map(({ SecretID: _, ...token }) => ({ ...token, secret: secretOf.get(token.AccessorID)! })),
      queries: queries.map((name) => consulPreparedQuery({ service: "orders", name })),
      values,
    };
    const version = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
    const declared: ConsulDeclaredData = { schemaVersion: 1, owner: "orders", version, ...content };
    this.cloud.blobs.set("data/declared.json", Buffer.from(JSON.stringify(declared)));
    return version;
  }

  get #agentInput(): Parameters<typeof consulClientDocument>[0] {
    return {
      address: "127.0.0.1", // the machine's own, which the agent knows
      retryJoin: Array.from({ length: SERVERS }, (_, index) => `${this.#network}.${index + 2}`),
      dataFolder: "",
      caFile: "",
    };
  }

  #consul(
    configuration: ConsulConfiguration,
  ): Pick<AgentConsul, "version" | "programs" | "configuration" | "caCertificate"> {
    const program = { os: "linux", arch: arch() === "arm64" ? "arm64" : "amd64" } as const;
    const file = this.cloud.file("consul.zip", this.cloud.files.get("consul.zip")!);
    const caCertificate = readFileSync(this.#authority.certFile, "utf8");
    return { version: "1.21.0", programs: [{ ...program, ...file }], configuration, caCertificate };
  }
}

/** What stands in an agent's document: all but what the machine alone knows. */
function configurationOf(document: ConsulAgentDocument): ConsulConfiguration {
  const { data_dir: _data, tls, ...rest } = document;
  const { verify_incoming, verify_outgoing } = tls.defaults;
  return { ...rest, tls: { defaults: { verify_incoming, verify_outgoing }, internal_rpc: tls.internal_rpc } };
}
