import { expect } from "chai";
import { Template, type Values } from "@windows-ha/testing";
import { parseConsulCloudInit, type ConsulDeclaredData } from "@windows-ha/spec";
import { WindowsHaCluster, type ConsulArgs, type WindowsHaClusterArgs } from "windows-ha";
import { programFiles } from "../../support/program-files";
import { attempt, clusterArgs, CONSUL_PROGRAM, inBothPasses, recordUpdate, SHA256_A } from "./support";

const KUBERNETES = {
  nodeName: "aks-payments",
  nodeRanges: ["10.30.0.0/22"],
  principalId: "22222222-3333-4444-5555-666666666666",
  services: ["payments"],
};
const create =
  (consul: Partial<ConsulArgs> = {}, changes: Partial<WindowsHaClusterArgs> = {}) =>
  (): WindowsHaCluster =>
    new WindowsHaCluster(
      "orders",
      clusterArgs({
        consul: {
          program: CONSUL_PROGRAM,
          agent: { url: "https://files.example.com/windows-ha-agent", sha256: SHA256_A },
          kubernetes: [KUBERNETES],
          ...consul,
        },
        ...changes,
      }),
    );
describe("the Consul of machines, for services on AKS", function () {
  this.timeout(60_000);
  programFiles();

  inBothPasses("opens its servers' API to the nodes' range, and nothing more to anybody", create(), (recording) => {
    const rules = recording.resources
      .filter(({ type }) => type === "azure-native:network:NetworkSecurityGroup")
      .flatMap(({ inputs }) => inputs.securityRules as Values[]);
    const open = rules.filter(({ sourceAddressPrefix }) => sourceAddressPrefix === "10.30.0.0/22");
    expect(open.map(({ destinationPortRange }): unknown => destinationPortRange)).to.have.members(["8501", "8503"]);
    const role = recording.resources.find(({ name }) => name === "orders-consul-sync-reads-sync-token-aks-payments")!;
    expect(role.inputs.principalId).to.equal(KUBERNETES.principalId);
  });

  it("tells its servers and the datacenter", async () => {
    const recording = await recordUpdate(create());
    const machine = recording.resources.find(({ name }) => name === "orders-consul-1")!;
    const { customData } = machine.inputs.osProfile as { customData: string };
    const { spec } = parseConsulCloudInit(Buffer.from(customData, "base64").toString("utf8"))!;
    expect(spec.consul.configuration.http_config.allow_write_http_from).to.deep.equal(["127.0.0.0/8", "10.30.0.0/22"]);
    const { source } = Template.of(recording).findResource("azure-native:storage:Blob", { blobName: "declared.json" })
      .inputs as { source: { text: string } };
    const { policies } = JSON.parse(source.text) as ConsulDeclaredData;
    expect(policies.map(({ Name }) => Name)).to.include.members([
      "windows-ha-service-orders",
      "windows-ha-sync-aks-payments",
    ]);
  });

  it("is refused with servers of somebody else, and under the names of machines", async () => {
    const { failure } = await attempt(
      create({
        existing: { retryJoin: ["10.1.0.4"], caCertificate: "x", agentToken: TOKEN, serviceToken: TOKEN },
        gossipKey: Buffer.alloc(32, 7).toString("base64"),
      }),
    );
    expect(failure.message).to.include("consul.kubernetes").and.include("existing servers keep their own");
    const named = await attempt(
      create({ kubernetes: [{ ...KUBERNETES, nodeName: "web-aks" }] }, { machines: { computerNamePrefix: "web" } }),
    );
    expect(named.failure.message).to.include("consul.kubernetes[0].nodeName");
  });
});

const TOKEN = "aaaaaaaa-1111-4000-8000-000000000001";
