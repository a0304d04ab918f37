import { expect } from "chai";
import type { AgentSpec } from "@windows-ha/spec";
import { ALLOWED_DIFFERENCES, renderHostSpec } from "../../../../packages/sandbox/src/machines";
import {
  renderHostConsul,
  renderHostServerSpec,
  type ConsulHere,
} from "../../../../packages/sandbox/src/machines/render-host-consul";
import { clientConsul, serverSpec } from "./consul-documents";
import { differences } from "./differences";

const PROGRAM = {
  version: "1.21.0",
  url: "http://127.99.0.1:7400/artifacts/ab/consul.zip",
  sha256: "a".repeat(64),
};
const HERE: ConsulHere = {
  address: "127.99.1.7",
  host: { os: "linux", arch: "amd64" },
  program: PROGRAM,
  localUrl: (url) => url.replace(/^https:\/\/[^/]+/, "http://127.99.0.1"),
  localAddress: (address) => address.replace(/^10\.20\.4\./, "127.99.1."),
};

describe("Consul's part of a sandbox machine's document", () => {
  const allowed = ALLOWED_DIFFERENCES.flatMap(({ agentSpecPaths }) => agentSpecPaths);
  const notAllowed = (declared: object, rendered: object): string[] =>
    differences(declared, rendered).filter(
      (path) => !allowed.some((start) => path === start || path.startsWith(`${start}.`)),
    );

  it("differs from the declared one only where the table of allowed differences says so", () => {
    const client = { consul: clientConsul() };
    expect(notAllowed(client, { consul: renderHostConsul(client.consul, HERE) })).to.deep.equal([]);
    expect(notAllowed(serverSpec(), renderHostServerSpec(serverSpec(), HERE))).to.deep.equal([]);
    const more = { consul: { ...client.consul, configuration: { ...client.consul.configuration, server: true } } };
    expect(notAllowed(client, more), "a difference that isn't in the table").to.deep.equal([
      "consul.configuration.server",
    ]);
  });

  it("is about this computer's Consul, at the addresses of this computer", () => {
    const { version, programs, configuration, secrets } = renderHostConsul(clientConsul(), HERE);
    expect(version).to.equal("1.21.0");
    expect(programs).to.deep.equal([
      { ...HERE.host, url: PROGRAM.url, sha256: PROGRAM.sha256 },
      ...clientConsul().programs,
    ]);
    expect(configuration).to.include({ bind_addr: "127.99.1.7", client_addr: "127.99.1.7" });
    expect(configuration.retry_join).to.deep.equal(["127.99.1.4", "127.99.1.5", "127.99.1.6"]);
    expect(configuration.ports.dns).to.equal(8600);
    const urls = [secrets.gossipKey, secrets.tokens.agent, secrets.tokens.dns!, secrets.tokens.services!];
    expect(urls.map(({ url }) => url)).to.deep.equal(
      ["gossip", "machines", "dns", "orders"].map((name) => `http://127.99.0.1/secrets/${name}`),
    );
  });

  it("has the same checks at the machine's address, but for the one that Consul has on Windows only", () => {
    const [service] = renderHostConsul(clientConsul(), HERE).services;
    expect(service!.checks.map(({ id, http }) => `${id} ${http}`)).to.deep.equal([
      "orders:ready http://127.99.1.7:8080/ready",
      "orders:dependencies http://127.99.1.7:8080/health/deps",
    ]);
  });

  it("tells the service where its machine's Consul answers, if it was told where", () => {
    const host = { os: "linux", arch: "amd64" } as const;
    const addressOf = (environment: Record<string, string>): string | undefined => {
      const spec = { service: { environment }, artifacts: [], consul: clientConsul() } as unknown as AgentSpec;
      const rendered = renderHostSpec(spec, { block: 99, artifacts: {} }, host, (url) => url, HERE);
      expect(notAllowed(spec, rendered)).to.deep.equal([]);
      return rendered.service.environment["CONSUL_HTTP_ADDR"];
    };
    expect(addressOf({ CONSUL_HTTP_ADDR: "127.0.0.1:8500" })).to.equal("127.99.1.7:8500");
    expect(addressOf({ CONSUL_HTTP_ADDR: "consul.example.com:8500" })).to.equal("consul.example.com:8500");
    expect(addressOf({})).to.equal(undefined);
  });

  it("leads a server to its blobs here", () => {
    const { declaredData, snapshots } = renderHostServerSpec(serverSpec(), HERE).server;
    expect(declaredData).to.include({ url: "http://127.99.0.1/declared/orders.json", intervalSeconds: 10 });
    expect(snapshots).to.deep.include({ intervalMinutes: 60, keep: 24 });
    expect(snapshots!.container.url).to.equal("http://127.99.0.1/snapshots");
  });
});
