import { expect } from "chai";
import {
  consulAclPlan,
  consulApiRanges,
  consulServerConfiguration,
  consulServerRules,
  resolveConsulServers,
} from "@windows-ha/spec";

describe("servers whose API is open", () => {
  const input = { address: "10.20.4.4", retryJoin: ["10.20.4.4"], servers: 3 };

  it("answer by TLS on their own address, to whoever has a token, and let the nodes' range write", () => {
    const open = consulServerConfiguration({ ...input, apiRanges: ["10.20.0.0/22"] });
    expect(open.ports).to.include({ http: 8500, https: 8501, grpc: -1, grpc_tls: 8503 });
    expect(open.addresses).to.deep.equal({ https: "10.20.4.4", grpc_tls: "10.20.4.4" });
    expect(open.tls).to.deep.include({
      defaults: { verify_incoming: true, verify_outgoing: true },
      https: { verify_incoming: false },
      grpc: { verify_incoming: false },
    });
    expect(open.http_config.allow_write_http_from).to.deep.equal(["127.0.0.0/8", "10.20.0.0/22"]);
    expect(open.client_addr).to.equal("127.0.0.1");
  });

  it("are as before where nobody asks them without an agent", () => {
    const closed = consulServerConfiguration(input);
    expect(closed.ports).to.include({ https: -1, grpc_tls: -1 });
    expect(closed).not.to.have.property("addresses");
    expect(consulServerConfiguration({ ...input, apiRanges: [] })).to.deep.equal(closed);
    expect(consulServerRules(["10.20.4.0/27"])).to.have.length(3);
  });

  it("let in the nodes' range at these two ports, and to no other", () => {
    const rules = consulServerRules(["10.20.4.0/27"], ["10.20.0.0/22"]);
    const open = rules.filter(({ sources }) => sources.includes("10.20.0.0/22"));
    expect(open.map(({ port }) => port)).to.deep.equal([8501, 8503]);
  });

  it("give the sync a token for its own node and its services alone", () => {
    const ids = { accessorId: "a", secretId: "b" };
    const cluster = { nodeName: "aks-orders", services: ["orders"] };
    const plan = consulAclPlan({
      serverPrefix: "consul-orders-",
      machinePrefixes: [],
      services: [],
      catalogSyncs: [cluster],
      tokens: { servers: ids, machines: ids, dns: ids, services: {}, catalogSyncs: { "aks-orders": ids } },
    });
    const policy = plan.policies.find(({ Name }) => Name === "windows-ha-sync-aks-orders")!;
    expect(policy.Rules.split("\n")).to.deep.equal([
      'node "aks-orders" { policy = "write" }',
      'service "orders" { policy = "write" }',
    ]);
    expect(consulApiRanges([{ ...cluster, nodeRanges: ["10.0.0.0/8"] }])).to.deep.equal(["10.0.0.0/8"]);
  });

  it("refuse names and ranges that Consul would take, and then something is lost", () => {
    const cluster = { nodeName: "aks-orders", nodeRanges: ["10.20.0.0/22"], principalId: "id", services: ["orders"] };
    const rules = (...kubernetes: object[]): string[] =>
      resolveConsulServers("orders-consul", {
        resourceGroupName: "orders",
        program: { version: "1.21.5", linux: { url: "https://files.example.com/c.zip", sha256: "a".repeat(64) } },
        subnetId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/consul",
        subnetRange: "10.20.4.0/27",
        secretStore: { allowFrom: ["203.0.113.4"] },
        clients: { principalId: "id", machinePrefixes: ["web"], services: ["orders"] },
        kubernetes,
      }).findings.map(({ rule, path }) => `${path} [${rule}]`);
    expect(rules(cluster)).to.deep.equal([]);
    expect(rules(cluster, cluster)).to.deep.equal(["kubernetes[1].nodeName [unique]"]);
    expect(rules({ ...cluster, nodeName: "web-aks" })).to.deep.equal(["kubernetes[0].nodeName [consul-node-prefix]"]);
    expect(rules({ ...cluster, nodeName: "consul-orders-7" })).to.deep.equal([
      "kubernetes[0].nodeName [consul-node-prefix]",
    ]);
    expect(rules({ ...cluster, nodeRanges: ["VirtualNetwork", "10.20.0.1/22"] })).to.deep.equal([
      "kubernetes[0].nodeRanges[0] [cidr]",
      "kubernetes[0].nodeRanges[1] [cidr]",
    ]);
  });
});
