import { expect } from "chai";
import { agentHostFirewall, clusterHostFirewall, resolveCluster, type AgentHostFirewall } from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

const PROBE = {
  name: "allow-azure-load-balancer-probe",
  protocol: "Tcp",
  port: 8080,
  sources: ["168.63.129.16"],
};

function machineRules(changes: Changes = {}): AgentHostFirewall | undefined {
  const { spec, findings } = resolveCluster(clusterArguments(changes));
  expect(findings).to.deep.equal([]);
  return agentHostFirewall(clusterHostFirewall(spec!), spec!.service);
}

describe("host firewall of a cluster's machines", () => {
  it("lets in whoever the network lets through, where that is said by a service tag", () => {
    expect(machineRules()).to.deep.equal({
      rules: [{ name: "allow-clients", protocol: "Tcp", port: 8080, sources: [] }],
    });
  });

  it("names the clients where the network does, and admits the balancer's probe beside them", () => {
    const rules = machineRules({ loadBalancer: { allowFrom: ["10.1.0.0/16", "192.0.2.7"] } });
    expect(rules).to.deep.equal({
      rules: [{ name: "allow-clients", protocol: "Tcp", port: 8080, sources: ["10.1.0.0/16", "192.0.2.7"] }, PROBE],
    });
  });

  it("keeps the prober away from a service for which the agent answers, on a port of its own", () => {
    const rules = machineRules({
      loadBalancer: { allowFrom: ["10.1.0.0/16"] },
      service: { health: { provider: "agent", port: 8081 } },
    });
    expect(rules).to.deep.equal({
      rules: [{ name: "allow-clients", protocol: "Tcp", port: 8080, sources: ["10.1.0.0/16"] }],
    });
  });

  it("follows every balanced port to the machine's own port", () => {
    const { rules } = machineRules({
      loadBalancer: {
        allowFrom: ["10.1.0.0/16"],
        ports: [{ name: "grpc", port: 443, backendPort: 9443 }],
      },
    })!;
    expect(rules.map(({ name, port }) => [name, port])).to.deep.equal([
      ["allow-clients", 8080],
      ["allow-port-grpc", 9443],
      [PROBE.name, 8080],
    ]);
  });

  it("takes the firewall's further rules, and leaves the administration of the machine to Windows", () => {
    const { rules } = machineRules({
      firewall: {
        rules: [
          { name: "metrics", port: 9100, sources: ["10.9.0.0/24"] },
          { name: "remote-desktop", port: 3389, sources: ["10.9.0.0/24"] },
        ],
      },
    })!;
    expect(rules.map(({ name }) => name)).to.deep.equal(["metrics", "allow-clients"]);
  });

  it("leaves a list to the network that is too long for the machines' document", () => {
    const allowFrom = Array.from({ length: 21 }, (_, index) => `192.0.2.${index}`);
    expect(machineRules({ loadBalancer: { allowFrom } })!.rules[0]!.sources).to.deep.equal([]);
    expect(machineRules({ loadBalancer: { allowFrom: allowFrom.slice(1) } })!.rules[0]!.sources).to.have.length(20);
  });

  it("can be given rules of its own, and be switched off", () => {
    const rules = [{ name: "vpn", port: 8080, protocol: "Tcp", sources: ["198.51.100.0/24"] }];
    expect(machineRules({ service: { hostFirewall: { rules } } })!.rules).to.deep.equal([rules[0], PROBE]);
    expect(machineRules({ service: { hostFirewall: { enabled: false } } })).to.equal(undefined);
  });

  it("opens the service's port where there is no cluster that would name its clients", () => {
    const { service } = resolveCluster(clusterArguments()).spec!;
    expect(agentHostFirewall({ enabled: true }, service)).to.deep.equal({
      rules: [{ name: "clients", protocol: "Tcp", port: 8080, sources: [] }],
    });
  });

  it("wants a service that the firewall can tell apart", () => {
    const account = { name: "LocalSystem", allowLocalSystem: true, sidType: "none" };
    const rules = (service: Record<string, unknown>): string[] =>
      resolveCluster(clusterArguments({ service })).findings.map(({ rule }) => rule);
    expect(rules({ account })).to.deep.equal(["host-firewall-sid"]);
    expect(rules({ account, hostFirewall: { enabled: false } })).to.deep.equal([]);
    expect(rules({ account: { sidType: "none" } })).to.deep.equal([]);
  });

  it("refuses rules that the machine couldn't tell apart, and an administration port for everybody", () => {
    const { findings } = resolveCluster(
      clusterArguments({
        service: {
          hostFirewall: {
            rules: [
              { name: "a", port: 8080, sources: ["10.0.0.1"] },
              { name: "A", port: 3389, sources: ["Internet"] },
            ],
          },
        },
      }),
    );
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal([
      "rule-name service.hostFirewall.rules[1].name",
      "administration-port service.hostFirewall.rules[1].sources[0]",
    ]);
  });
});
