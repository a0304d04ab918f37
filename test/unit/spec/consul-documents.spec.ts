import { expect } from "chai";
import {
  checkConsulKeyValues,
  checkConsulServices,
  CONSUL_VALUE_BYTES,
  consulAclPlan,
  consulLeaderCheckId,
  consulClientDocument,
  consulPreparedQuery,
  consulSecretsDocument,
  consulServerDocument,
  consulServiceDocument,
  predictServiceRemoval,
  type ConsulServiceInput,
} from "@windows-ha/spec";

const AGENT = {
  address: "10.20.4.4",
  retryJoin: ["10.20.4.4"],
  dataFolder: "/var/lib/consul",
  caFile: "/etc/consul/ca.pem",
};
const SERVER = { ...AGENT, servers: 3, certFile: "/c.pem", keyFile: "/k.pem" };
const SERVICE: ConsulServiceInput = { name: "orders", port: 8080, version: "1.4.2" };
const token = (digit: string): { accessorId: string; secretId: string } => ({
  accessorId: `${digit.repeat(8)}-0000-4000-8000-000000000000`,
  secretId: `${digit.repeat(8)}-1111-4000-8000-000000000000`,
});

describe("the configuration of a Consul agent", () => {
  it("keeps every server's place, of three as of five", () => {
    expect(consulServerDocument(SERVER).autopilot!.min_quorum).to.equal(3);
    expect(consulServerDocument({ ...SERVER, servers: 5 })).to.deep.include({
      bootstrap_expect: 5,
      autopilot: { cleanup_dead_servers: true, min_quorum: 5 },
    });
  });

  it("opens nothing but what is needed", () => {
    const open = (ports: object): string[] =>
      Object.entries(ports)
        .filter(([, port]) => port > 0)
        .map(([name]) => name)
        .sort();
    expect(open(consulServerDocument(SERVER).ports)).to.deep.equal(["dns", "http", "serf_lan", "server"]);
    expect(consulClientDocument(AGENT)).to.deep.include({ client_addr: "127.0.0.1" });
    expect(consulClientDocument(AGENT).ports.dns).to.equal(53);
  });

  it("holds no secret: those have a document of their own", () => {
    const documents = JSON.stringify([consulServerDocument(SERVER), consulClientDocument(AGENT)]);
    expect(documents).to.not.match(/"encrypt"|"tokens"/);
    expect(consulSecretsDocument("key", { agent: "a" })).to.deep.equal({
      encrypt: "key",
      acl: { tokens: { agent: "a" } },
    });
  });

  it("forgets a machine of a scale set sooner, never a server", () => {
    expect(consulClientDocument({ ...AGENT, ephemeral: true }).advertise_reconnect_timeout).to.equal("15m");
    expect(consulClientDocument(AGENT)).to.not.have.property("advertise_reconnect_timeout");
    expect(consulServerDocument(SERVER)).to.not.have.property("advertise_reconnect_timeout");
  });

  it("writes and turns over a log where nobody keeps standard output", () => {
    expect(consulClientDocument({ ...AGENT, logFile: "C:\\logs\\consul.log" })).to.include({
      log_rotate_bytes: 104_857_600,
      log_rotate_max_files: 7,
    });
    expect(consulClientDocument(AGENT)).to.not.have.property("log_file");
  });
});

describe("the registration of a service", () => {
  const checks = (more: Partial<ConsulServiceInput> = {}): Record<string, object> =>
    Object.fromEntries(consulServiceDocument({ ...SERVICE, ...more }).service.checks.map((check) => [check.id, check]));

  it("asks for readiness every 10 s, and begins and fails at once as critical", () => {
    expect(checks()["orders:ready"]).to.deep.include({
      http: "http://127.0.0.1:8080/ready",
      interval: "10s",
      timeout: "1s",
      status: "critical",
      failures_before_critical: 0,
    });
  });

  it("asks for dependencies besides, which never take it away", () => {
    expect(checks()["orders:dependencies"]).to.deep.include({
      http: "http://127.0.0.1:8080/health/deps",
      status: "passing",
    });
    expect(checks()["orders:dependencies"]).to.not.have.property("deregister_critical_service_after");
    expect(checks({ dependenciesPath: false })).to.have.all.keys("orders:ready");
  });

  it("asks for liveness often where a leader's session hangs on it, and not elsewhere", () => {
    const leader = checks({ leaderCheck: true, livenessPath: "/livez", scheme: "https" })[
      consulLeaderCheckId("orders")
    ];
    expect(leader).to.deep.equal({
      id: "orders:health",
      name: "Health",
      http: "https://127.0.0.1:8080/livez",
      method: "GET",
      tls_skip_verify: true,
      interval: "2s",
      timeout: "1s",
      status: "critical",
      failures_before_critical: 2,
    });
    expect(checks()).to.not.have.property("orders:health");
  });

  it("asks the service control manager on Windows only", () => {
    expect(checks({ windowsService: "orders" })["orders:windows-service"]).to.include({ os_service: "orders" });
    expect(checks()).to.not.have.property("orders:windows-service");
  });

  it("waits for reports of a service without a port", () => {
    expect(checks({ port: undefined })).to.have.all.keys("orders:alive");
    expect(checks({ port: undefined, ttlSeconds: 15 })["orders:alive"]).to.include({ ttl: "15s", status: "critical" });
  });

  it("carries version and zone, whatever else is said", () => {
    const { meta } = consulServiceDocument({ ...SERVICE, zone: "2", meta: { team: "shop" } }).service;
    expect(meta).to.deep.equal({ team: "shop", version: "1.4.2", zone: "2" });
  });

  it("asks where the health endpoints are", () => {
    const asked = checks({ scheme: "https", healthPort: 8081, healthAddress: "127.0.0.5", readinessPath: "/up" });
    expect(asked["orders:ready"]).to.include({ http: "https://127.0.0.5:8081/up", tls_skip_verify: true });
  });

  const WRONG: [string, Partial<ConsulServiceInput>, string][] = [
    ["a name that DNS can't ask for", { name: "orders.v1" }, "consul-service-name services[0].name"],
    ["a tag that DNS can't ask for", { tags: ["v1", "v 2"] }, "consul-tag services[0].tags[1]"],
    ["metadata of its own keys", { meta: { version: "2" } }, 'consul-meta services[0].meta["version"]'],
    ["metadata of Consul's keys", { meta: { "consul-x": "2" } }, 'consul-meta services[0].meta["consul-x"]'],
    ["long metadata", { meta: { note: "x".repeat(513) } }, 'consul-meta services[0].meta["note"]'],
    ["a weight of nothing", { weights: { passing: 0, warning: 1 } }, "consul-weight services[0].weights.passing"],
    [
      "a time-out as long as the interval",
      { checkIntervalSeconds: 5, checkTimeoutSeconds: 5 },
      "consul-check-timeout services[0].checkTimeoutSeconds",
    ],
    ["an entry that goes too soon", { deregisterAfterMinutes: 1 }, "range services[0].deregisterAfterMinutes"],
  ];
  for (const [title, more, expected] of WRONG) {
    it(`is refused with ${title}`, () => {
      expect(checkConsulServices([{ ...SERVICE, ...more }]).map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal([
        expected,
      ]);
    });
  }

  it("is refused with an id that another service of the machine has", () => {
    const twice = [SERVICE, { ...SERVICE, port: 8081 }];
    expect(checkConsulServices(twice).map(({ rule }) => rule)).to.deep.equal(["consul-service-id"]);
    expect(checkConsulServices([SERVICE, { ...SERVICE, id: "orders-2" }])).to.deep.equal([]);
  });
});

describe("values in Consul's store", () => {
  const rules = (entries: Record<string, string>): string[] => checkConsulKeyValues(entries).map(({ rule }) => rule);

  it("may have 512 KiB, counted in bytes", () => {
    expect(rules({ "service/orders/prod/a": "x".repeat(CONSUL_VALUE_BYTES) })).to.deep.equal([]);
    expect(rules({ a: "x".repeat(CONSUL_VALUE_BYTES + 1) })).to.deep.equal(["consul-value-size"]);
    expect(rules({ a: "ä".repeat(CONSUL_VALUE_BYTES / 2 + 1) })).to.deep.equal(["consul-value-size"]);
  });

  it("have keys that need no escape", () => {
    for (const key of ["/a", "a//b", "a b", "a/", "", "a/../b"])
      expect(rules({ [key]: "x" }), key).to.deep.equal(["consul-key"]);
    expect(rules({ "service/orders/prod/log.level": "x" })).to.deep.equal([]);
  });
});

describe("rights and queries", () => {
  const plan = consulAclPlan({
    serverPrefix: "consul-",
    machinePrefixes: ["web", "job"],
    services: ["orders"],
    tokens: { servers: token("a"), machines: token("b"), dns: token("c"), services: { orders: token("d") } },
  });

  it("let each agent write its own kind of names", () => {
    const rulesOf = (name: string): string => plan.policies.find(({ Name }) => Name === name)!.Rules;
    expect(rulesOf("windows-ha-servers"))
      .to.include('node_prefix "consul-" { policy = "write" }')
      .and.not.include("web");
    expect(rulesOf("windows-ha-machines"))
      .to.include('node_prefix "web" { policy = "write" }')
      .and.not.include('"consul-"');
    expect(rulesOf("windows-ha-dns")).to.not.include("write");
  });

  it("let a service read its own settings, keep what its leader writes, and open sessions on the machines", () => {
    expect(plan.policies.find(({ Name }) => Name === "windows-ha-service-orders")!.Rules.split("\n")).to.deep.equal([
      'key_prefix "service/orders/" { policy = "read" }',
      'key_prefix "leader/orders/" { policy = "write" }',
      'session_prefix "web" { policy = "write" }',
      'session_prefix "job" { policy = "write" }',
    ]);
    expect(plan.tokens[3]!.Policies).to.deep.equal([{ Name: "windows-ha-service-orders" }]);
  });

  it("are known beforehand, token by token", () => {
    expect(plan.tokens.map(({ AccessorID }) => AccessorID[0])).to.deep.equal(["a", "b", "c", "d"]);
    expect(plan.tokens[3]).to.deep.include({
      ServiceIdentities: [{ ServiceName: "orders" }],
      SecretID: token("d").secretId,
    });
  });

  it("ask near instances first, those with a warning too, and then elsewhere in order", () => {
    const { Name, Service } = consulPreparedQuery({
      service: "orders",
      failover: [{ peer: "west" }, { datacenter: "dc2" }],
    });
    expect(Name).to.equal("orders");
    expect(Service).to.deep.include({ Near: "_agent", OnlyPassing: false });
    expect(Service.Failover.Targets).to.deep.equal([{ Peer: "west" }, { Datacenter: "dc2" }]);
    expect(consulPreparedQuery({ service: "orders", near: false }).Service.Near).to.equal("");
  });

  it("predict half an interval, and an interval and a time-out at worst", () => {
    expect(predictServiceRemoval({ intervalSeconds: 10, timeoutSeconds: 1 })).to.include({
      typicalSeconds: 5,
      worstSeconds: 11,
    });
  });
});
