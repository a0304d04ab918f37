import { execFileSync } from "node:child_process";
import { expect } from "chai";
import * as fc from "fast-check";
import {
  agentConsulClient,
  agentConsulServerSpec,
  checkConsulClient,
  checkConsulCloudInit,
  clientDocument,
  CONSUL_BOOTSTRAP_SCRIPT,
  CONSUL_CLIENT_FIELD,
  CONSUL_GATE_SCRIPT,
  consulAclPlan,
  consulGossipKey,
  consulServiceDocument,
  consulTokenAccessor,
  consulTokenSecret,
  declaredData,
  parseConsulCloudInit,
  readConsulGate,
  renderConsulCloudInit,
  SERVICE_FIELD,
  serviceRegistration,
  withDefaults,
  type ConsulClientInputs,
  type ConsulClientSpec,
  type ConsulServerNode,
  type ConsulTokenIds,
  type ServiceSpec,
} from "@windows-ha/spec";

const PACKAGE = { url: "https://files.example.com/consul_1.21.5.zip", sha256: "A".repeat(64) };
const secret = (name: string): { url: string; clientId: string } => ({
  url: `https://orders-consul.vault.azure.net/secrets/${name}`,
  clientId: "11111111-2222-3333-4444-555555555555",
});
const NODE: ConsulServerNode = {
  program: { version: "1.21.5", linux: PACKAGE, windows: PACKAGE },
  datacenter: "dc1",
  domain: "consul",
  retryJoin: ["10.20.4.4", "10.20.4.5", "10.20.4.6"],
  caCertificate: "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n",
  nodeName: "consul-orders-1",
  address: "10.20.4.4",
  servers: 3,
  secrets: {
    gossipKey: secret("gossip-key"),
    agentToken: secret("servers-token"),
    managementToken: secret("management-token"),
    certificate: secret("server-certificate"),
  },
  declaredData: { url: "https://orders.blob.core.windows.net/declared/declared.json", clientId: secret("").clientId },
};
const AGENT = { url: "https://orders.blob.core.windows.net/declared/windows-ha-agent", sha256: "b".repeat(64) };

describe("the document of a Consul server", () => {
  const document = agentConsulServerSpec(NODE);

  it("names its own address, and all servers to join", () => {
    expect(document.consul.configuration).to.include({ node_name: "consul-orders-1", bind_addr: "10.20.4.4" });
    expect(document.consul.configuration.retry_join).to.deep.equal(NODE.retryJoin);
  });

  it("takes the program for Linux, with its hash in lower case", () => {
    expect(document.consul.programs).to.deep.equal([
      { os: "linux", arch: "amd64", url: PACKAGE.url, sha256: "a".repeat(64) },
    ]);
  });

  it("has the management token, which no client has", () => {
    expect(document.consul.secrets.tokens.management).to.deep.equal(secret("management-token"));
    const secrets = { gossipKey: secret("g"), agentToken: secret("a"), serviceToken: secret("s") };
    const client = agentConsulClient({ ...NODE, ephemeral: true, secrets, services: [] });
    expect(client.secrets.tokens).to.have.all.keys("agent", "services");
    expect(client.secrets).to.not.have.property("certificate");
    expect(client.configuration).to.not.have.property("node_name");
  });

  it("takes snapshots only where it was told to", () => {
    expect(document.server).to.not.have.property("snapshots");
    expect(document.server.declaredData.intervalSeconds).to.equal(10);
  });
});

describe("the custom data of a Consul server", () => {
  const input = { agent: { ...AGENT, identityClientId: secret("").clientId }, spec: agentConsulServerSpec(NODE) };

  it("is read back as it was written, whatever the texts in it", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(text, text, fc.boolean(), (caCertificate, datacenter, isAnonymous) => {
        const spec = agentConsulServerSpec({ ...NODE, caCertificate, datacenter });
        const { identityClientId: _, ...anonymous } = input.agent;
        const given = { agent: isAnonymous ? anonymous : input.agent, spec };
        const parsed = parseConsulCloudInit(renderConsulCloudInit(given));
        expect(parsed).to.deep.equal({
          ...given,
          dataDisk: { lun: 0, mountPoint: "/var/lib/windows-ha/consul/data" },
        });
      }),
    );
  });

  it("is the same text for the same server, whatever the order of its parts", () => {
    const reversed = Object.fromEntries(Object.entries(NODE).reverse()) as unknown as ConsulServerNode;
    expect(renderConsulCloudInit({ ...input, spec: agentConsulServerSpec(reversed) })).to.equal(
      renderConsulCloudInit(input),
    );
  });

  it("is YAML that begins as cloud-init wants it, and is far from Azure's limit", () => {
    const text = renderConsulCloudInit(input);
    expect(text.startsWith("#cloud-config\n{")).to.equal(true);
    expect(text.length).to.be.lessThan(16 * 1024);
    expect(checkConsulCloudInit(text)).to.deep.equal([]);
    expect(checkConsulCloudInit(text + " ".repeat(64 * 1024)).map(({ rule }) => rule)).to.deep.equal([
      "custom-data-size",
    ]);
  });

  for (const [title, change] of [
    ["another script", (text: string) => text.replace("mktemp -d", "mktemp -d; reboot")],
    ["another command", (text: string) => text.replace('"runcmd":[[', '"runcmd":[["reboot"],[')],
    ["another module", (text: string) => text.replace("{", '{"bootcmd":["reboot"],')],
    ["no header", (text: string) => text.slice("#cloud-config\n".length)],
    ["no JSON", () => "#cloud-config\npackages: [consul]\n"],
  ] as const) {
    it(`isn't taken for ours with ${title}`, () => {
      expect(parseConsulCloudInit(change(renderConsulCloudInit(input)))).to.equal(undefined);
    });
  }
});

describe("the client of a service", () => {
  const ARGS = {
    program: NODE.program,
    retryJoin: ["10.20.4.4"],
    caCertificate: NODE.caCertificate,
    ...Object.fromEntries(["gossipKeyUrl", "agentTokenUrl", "serviceTokenUrl"].map((name) => [name, secret("a").url])),
    identityClientId: secret("").clientId,
  };
  const service = (more: object): ServiceSpec =>
    withDefaults<ServiceSpec>(SERVICE_FIELD, { name: "orders", version: "1.4.2", artifact: {}, port: 8080, ...more });
  const spec = withDefaults<ConsulClientSpec>(CONSUL_CLIENT_FIELD, ARGS);
  const found = (more: object): string[] =>
    checkConsulClient(service(more), spec, "consul.").map(({ rule, path }) => `${rule} ${path}`);

  it("registers what the service is", () => {
    const inputs = { ...ARGS, retryJoin: ["10.20.4.4"] } as unknown as ConsulClientInputs;
    const { services, secrets } = clientDocument(service({}), spec, inputs);
    expect(services.map(({ id, port }) => [id, port])).to.deep.equal([["orders", 8080]]);
    expect(secrets.tokens).to.have.all.keys("agent", "services");
  });

  it("waits for reports of a task, which listens nowhere", () => {
    const task = service({ mode: "scheduledTask", port: undefined, schedule: { intervalSeconds: 60 } });
    const registered = consulServiceDocument(serviceRegistration(task, spec.registration)).service;
    expect(registered).to.not.have.property("port");
    expect(registered.checks.map(({ id }) => id)).to.deep.equal(["orders:alive", "orders:windows-service"]);
  });

  it("is refused for a service of Consul's own name, and for one that DNS can't ask for", () => {
    expect(found({})).to.deep.equal([]);
    expect(found({ name: "Consul" })).to.deep.equal(["consul-service-name service.name"]);
    expect(found({ name: "orders_v1" })).to.deep.equal(["consul-service-name service.name"]);
  });
});

describe("the scripts of a Consul server", () => {
  for (const [name, script] of [
    ["bootstrap", CONSUL_BOOTSTRAP_SCRIPT],
    ["gate", CONSUL_GATE_SCRIPT],
  ] as const) {
    it(`can be read by a shell, in at most 30 lines of ASCII (${name})`, () => {
      execFileSync("sh", ["-n"], { input: script });
      expect(script.trim().split("\n").length).to.be.at.most(30);
      expect(script).to.match(/^[\n\x20-\x7e]*$/);
    });
  }

  it("are known by whoever plays the machine, and no others", () => {
    expect(readConsulGate(CONSUL_GATE_SCRIPT)).to.deep.equal({ arguments: ["consul", "gate", "--timeout", "20m"] });
    expect(readConsulGate("#!/bin/sh\nreboot\n")).to.have.property("problems");
  });
});

describe("the declared data of a datacenter", () => {
  const ids = (digit: string): ConsulTokenIds => ({ accessorId: `${digit}-id`, secretId: "hidden" });
  const acl = consulAclPlan({
    serverPrefix: "consul-orders-",
    machinePrefixes: ["orders"],
    services: ["orders"],
    keyPrefixes: { orders: "shop/orders" },
    tokens: { servers: ids("a"), machines: ids("b"), dns: ids("c"), services: { orders: ids("d") } },
  });
  const secrets = Object.fromEntries(["a", "b", "c", "d"].map((digit) => [`${digit}-id`, secret(digit)]));
  const declare = (values: Record<string, string>): ReturnType<typeof declaredData> =>
    declaredData({ owner: "orders-consul", acl, secrets, queries: [], values });

  it("has references in the place of secrets", () => {
    const data = declare({});
    expect(JSON.stringify(data)).to.not.include("hidden");
    expect(data.tokens.map((token) => token.secret)).to.deep.equal(["a", "b", "c", "d"].map(secret));
  });

  it("has a version that the content decides, and not its order", () => {
    expect(declare({ a: "1", b: "2" }).version).to.equal(declare({ b: "2", a: "1" }).version);
    expect(declare({ a: "1" }).version)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(declare({ a: "2" }).version);
  });

  it("lets a service read its settings where they are", () => {
    const { Rules } = acl.policies.find(({ Name }) => Name === "windows-ha-service-orders")!;
    expect(Rules).to.include('key_prefix "shop/orders/" { policy = "read" }');
  });
});

describe("keys and tokens", () => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  it("are of the form that Consul takes", () => {
    expect(Buffer.from(consulGossipKey("password"), "base64")).to.have.length(32);
    expect(consulTokenSecret("password")).to.match(UUID);
    expect(consulTokenAccessor(consulTokenSecret("password"))).to.match(UUID);
  });

  it("have nothing in common", () => {
    const values = ["a", "b"].flatMap((password) => {
      const token = consulTokenSecret(password);
      return [token, consulTokenAccessor(token), consulGossipKey(password)];
    });
    expect(new Set(values)).to.have.length(6);
  });
});
