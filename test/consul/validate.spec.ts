import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  checkConsulServices,
  consulClientDocument,
  consulSecretsDocument,
  consulServerDocument,
  consulServiceDocument,
  resolveConsul,
  type ConsulServiceInput,
} from "@windows-ha/spec";
import { CertificateAuthority } from "../support/certificate-authority";
import { command } from "../support/command";

type Documents = Record<string, unknown>;

/** Consul's own opinion of rendered files, and of the same with a mistake in them. */
describe("consul validate", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-consul-validate-"));
  const authority = new CertificateAuthority(join(folder, "tls"));
  const { certFile, keyFile } = authority.issue("server.dc1.consul");
  const AGENT = {
    zone: "1",
    address: "127.0.0.1",
    retryJoin: ["10.20.4.4", "10.20.4.5", "10.20.4.6"],
    dataFolder: join(folder, "data"),
    caFile: authority.certFile,
  };
  const GOSSIP_KEY = randomBytes(32).toString("base64");
  const secrets = (): object =>
    consulSecretsDocument(GOSSIP_KEY, { initial_management: randomUUID(), agent: randomUUID() });
  const clientSecrets = consulSecretsDocument(GOSSIP_KEY, {
    agent: randomUUID(),
    dns: randomUUID(),
    config_file_service_registration: randomUUID(),
  });
  const SERVICE = { name: "orders", port: 8080, version: "1.4.2", zone: "1", tags: ["v1"] };
  const PACKAGE = { url: "https://files.example.com/consul.zip", sha256: "a".repeat(64) };
  const PROGRAM = { version: "1.21.0", linux: PACKAGE, windows: PACKAGE };
  const server = (servers: number): object =>
    consulServerDocument({ ...AGENT, nodeName: "consul-1", servers, certFile, keyFile });
  const client = consulClientDocument(AGENT);
  const service = (more: Partial<ConsulServiceInput> = {}): object => consulServiceDocument({ ...SERVICE, ...more });

  after(() => rmSync(folder, { recursive: true, force: true }));

  async function validate(documents: Documents): Promise<{ code: number; output: string }> {
    const config = mkdtempSync(join(folder, "config-"));
    for (const [name, document] of Object.entries(documents)) {
      writeFileSync(join(config, `${name}.json`), JSON.stringify(document));
    }
    const { code, stdout, stderr } = await command("consul", ["validate", config], { timeoutSeconds: 20 });
    return { code, output: stdout + stderr };
  }

  const RIGHT: [string, Documents][] = [
    ["three servers", { agent: server(3), secrets: secrets() }],
    ["five servers", { agent: server(5), secrets: secrets() }],
    ["a client", { agent: client, secrets: clientSecrets }],
    [
      "a client of a scale set with a log of its own, which finds servers by their tags",
      {
        agent: consulClientDocument({
          ...AGENT,
          address: '{{ GetAllInterfaces | include "name" "lo" | limit 1 | attr "address" }}',
          ephemeral: true,
          logFile: join(folder, "consul.log"),
          retryJoin: [
            "provider=azure tag_name=consul tag_value=dc1 subscription_id=00000000-0000-0000-0000-000000000000",
          ],
        }),
        secrets: clientSecrets,
      },
    ],
    ["a service with both checks", { agent: client, secrets: clientSecrets, service: service() }],
    [
      "a service with a leader's check",
      { agent: client, secrets: clientSecrets, service: service({ leaderCheck: true }) },
    ],
    [
      "a service over HTTPS that is asked for readiness only",
      { agent: client, secrets: clientSecrets, service: service({ scheme: "https", dependenciesPath: false }) },
    ],
    [
      "a worker without a port",
      { agent: client, secrets: clientSecrets, service: service({ port: undefined, ttlSeconds: 15 }) },
    ],
    [
      "two services with weights",
      {
        agent: client,
        secrets: clientSecrets,
        first: service({ weights: { passing: 10, warning: 1 } }),
        second: service({ id: "orders-2", port: 8081 }),
      },
    ],
  ];
  for (const [title, documents] of RIGHT) {
    it(`accepts ${title}`, async () => {
      const { code, output } = await validate(documents);
      expect(code, output).to.equal(0);
      expect(output).to.include("Configuration is valid!");
    });
  }

  const WRONG: [string, Documents, RegExp][] = [
    [
      "a raft multiplier beyond Consul's limit",
      { agent: { ...server(3), performance: { raft_multiplier: 11 } }, secrets: secrets() },
      /raft_multiplier/,
    ],
    [
      "a word that Consul doesn't know",
      { agent: { ...client, raft_multiplyer: 1 }, secrets: clientSecrets },
      /raft_multiplyer/,
    ],
    [
      "a server that asks others for its certificate",
      { agent: { ...server(3), auto_encrypt: { tls: true } } },
      /auto_encrypt/,
    ],
    ["a client that expects an election", { agent: { ...client, bootstrap_expect: 3 } }, /bootstrap_expect/],
    [
      "a check without an interval",
      {
        agent: client,
        secrets: clientSecrets,
        service: { service: { name: "orders", check: { http: "http://127.0.0.1/ready" } } },
      },
      /[Ii]nterval/,
    ],
  ];
  for (const [title, documents, reason] of WRONG) {
    it(`refuses ${title}`, async () => {
      const { code, output } = await validate(documents);
      expect(code, output).to.not.equal(0);
      expect(output).to.match(reason);
    });
  }

  it("takes what only our own rules find: a short key, one id for two services", async () => {
    const gossipKey = randomBytes(16).toString("base64").slice(0, 8);
    const short = { agent: client, secrets: consulSecretsDocument(gossipKey, { agent: randomUUID() }) };
    const services = [service(), service({ port: 8081 })];
    expect((await validate(short)).code).to.equal(0);
    expect((await validate({ agent: client, secrets: clientSecrets, ...services })).code).to.equal(0);

    const rules = [
      ...resolveConsul({ gossipKey, program: PROGRAM }).findings,
      ...checkConsulServices([SERVICE, { ...SERVICE, port: 8081 }]),
    ].map(({ rule }) => rule);
    expect(rules).to.deep.equal(["pattern", "consul-service-id"]);
  });
});
