import { expect } from "chai";
import { parseInstallCommand, type AgentSpec } from "@windows-ha/spec";
import { promiseOf, type Recording } from "@windows-ha/testing";
import { WindowsHaCluster, type WindowsHaClusterArgs } from "windows-ha";
import { clusterArgs, inBothPasses } from "./support";

const create =
  (changes: Partial<WindowsHaClusterArgs> = {}) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs(changes));

async function documentOf({ result }: Recording<WindowsHaCluster>): Promise<AgentSpec> {
  const { value } = await promiseOf(result.serviceInstall.commandToExecute);
  return JSON.parse(parseInstallCommand(value!)!.specJson) as AgentSpec;
}

describe("WindowsHaCluster, on its machines' own firewall", () => {
  inBothPasses(
    "lets in the clients that the network lets in, and the balancer's probe",
    create({
      loadBalancer: { allowFrom: ["10.1.0.0/16"], ports: [{ name: "grpc", port: 9443 }] },
      firewall: { rules: [{ name: "metrics", port: 9100, sources: ["10.9.0.4"] }] },
    }),
    async (recording) => {
      const { hostFirewall, eventSource } = await documentOf(recording);
      expect(hostFirewall!.rules.map(({ name, port, sources }) => `${name} ${port} ${sources.join()}`)).to.deep.equal([
        "metrics 9100 10.9.0.4",
        "allow-clients 8080 10.1.0.0/16",
        "allow-port-grpc 9443 10.1.0.0/16",
        "allow-azure-load-balancer-probe 8080 168.63.129.16",
      ]);
      expect(eventSource).to.equal("orders");
    },
  );

  inBothPasses(
    "says nothing about firewall and event log where they are switched off",
    create({ service: { ...clusterArgs().service, hostFirewall: { enabled: false }, eventLog: { enabled: false } } }),
    async (recording) => {
      expect(await documentOf(recording)).to.not.have.any.keys("hostFirewall", "eventSource");
    },
  );
});
