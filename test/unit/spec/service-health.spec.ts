import { expect } from "chai";
import { agentSpec, clusterFirewall, healthEndpoint, resolveCluster, type ClusterSpec } from "@windows-ha/spec";
import { clusterArguments, SHA256_A } from "./arguments";

const PEM =
  "-----BEGIN CERTIFICATE-----\nM\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nM\n-----END PRIVATE KEY-----\n";

const resolved = (health: object, others: object = {}) =>
  resolveCluster(clusterArguments({ service: { health, ...others } }));

function specOf(health: object, others?: object): ClusterSpec {
  const { spec, findings } = resolved(health, others);
  expect(findings).to.deep.equal([]);
  return spec!;
}

function gateOf({ service, loadBalancer }: ClusterSpec) {
  const artifact = { url: "https://files.example.com/orders.exe", sha256: SHA256_A };
  return agentSpec(service, { artifact, secrets: [], arguments: [], environment: {} }, loadBalancer.probe).health;
}

describe("a service without health endpoints", () => {
  const spec = () => specOf({ provider: "agent", port: 8081 });

  it("is answered for by the agent, on a port that firewall and everybody who asks know", () => {
    expect(healthEndpoint(spec().service)).to.deep.equal({ scheme: "http", port: 8081 });
    expect(gateOf(spec())).to.include({ provider: "agent", port: 8081, path: "/health" });
    const { probePort, rules } = clusterFirewall(spec());
    expect(probePort).to.equal(8081);
    expect(rules.map(({ port }) => port)).to.deep.equal([8080]);
  });

  it("is asked without TLS, whatever it speaks itself", () => {
    const tls = { tls: { certificate: { value: PEM } } };
    const health = { provider: "agent", port: 8081 };
    expect(healthEndpoint(specOf(health, tls).service)).to.deep.equal({ scheme: "http", port: 8081 });
    expect(gateOf(specOf(health, tls))).not.to.have.property("scheme");
    expect(healthEndpoint(specOf({}, tls).service)).to.deep.equal({ scheme: "https", port: 8080 });
  });

  it("is nothing that a document mentions where the service answers itself", () => {
    expect(gateOf(specOf({ provider: "service" }))).to.deep.equal(gateOf(specOf({})));
    expect(gateOf(specOf({}))).not.to.have.any.keys("provider", "port");
  });

  for (const [what, health, finding] of [
    ["has no port for the agent", { provider: "agent" }, "agent-health service.health.port"],
    ["shares its port with the agent", { provider: "agent", port: 8080 }, "agent-health service.health.port"],
    ["has a port although it answers itself", { port: 8081 }, "agent-health service.health.port"],
    [
      "has a path of its own",
      { provider: "agent", port: 8081, livenessPath: "/livez" },
      "agent-health service.health.livenessPath",
    ],
    [
      "has a readiness path of its own",
      { provider: "agent", port: 8081, readinessPath: "/in" },
      "agent-health service.health.readinessPath",
    ],
    ["is answered for by nobody known", { provider: "consul" }, "one-of service.health.provider"],
    ["has a port that Azure doesn't probe", { provider: "agent", port: 25 }, "probe-port service.health.port"],
  ] as const) {
    it(`is refused when it ${what}`, () => {
      expect(resolved(health).findings.map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal([finding]);
    });
  }
});

describe("a console program", () => {
  const documentOf = (service: Record<string, unknown>) => {
    const { spec } = resolveCluster(clusterArguments({ service }));
    const artifact = { url: "https://files.example.com/orders.exe", sha256: SHA256_A };
    const inputs = { artifact, secrets: [], arguments: [], environment: {} };
    return agentSpec(spec!.service, inputs, spec!.loadBalancer.probe).service;
  };

  it("is named in the document, and a service isn't", () => {
    expect(documentOf({ mode: "console" })).to.include({ mode: "console" });
    expect(documentOf({ mode: "service" })).to.deep.equal(documentOf({}));
    expect(documentOf({})).not.to.have.property("mode");
  });
});
