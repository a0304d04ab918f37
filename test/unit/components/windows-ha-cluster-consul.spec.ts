import { join } from "node:path";
import { expect } from "chai";
import {
  expectNoSecretLeak,
  expectUrnGolden,
  expectWellFormed,
  Template,
  type Recording,
  type Values,
} from "@windows-ha/testing";
import { parseInstallCommand, type AgentSpec, type ConsulDeclaredData } from "@windows-ha/spec";
import { Compute, WindowsHaCluster, type ConsulArgs, type WindowsHaClusterArgs } from "windows-ha";
import { programFiles } from "../../support/program-files";
import {
  attempt,
  bodyOf,
  clusterArgs,
  CONSUL_PROGRAM,
  inBothPasses,
  profileOf,
  recordEach,
  recordUpdate,
  SCALE_SET,
  SHA256_A,
} from "./support";

const AGENT = { url: "https://files.example.com/windows-ha-agent", sha256: SHA256_A };
const TOKEN = "aaaaaaaa-1111-4000-8000-00000000";
const EXISTING = {
  retryJoin: ["10.1.0.4", "10.1.0.5"],
  caCertificate: "-----BEGIN CERTIFICATE-----",
  agentToken: `${TOKEN}0001`,
  serviceToken: `${TOKEN}0002`,
};
const GOSSIP_KEY = Buffer.alloc(32, 7).toString("base64");
const SUBNETS = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/there/subnets";

const create =
  (consul?: ConsulArgs, changes: Partial<WindowsHaClusterArgs> = {}): (() => WindowsHaCluster) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs({ ...(consul ? { consul } : {}), ...changes }));
const own = (consul: Partial<ConsulArgs> = {}): ConsulArgs => ({ program: CONSUL_PROGRAM, agent: AGENT, ...consul });
const existing = (consul: Partial<ConsulArgs> = {}): ConsulArgs => ({
  program: CONSUL_PROGRAM,
  existing: EXISTING,
  gossipKey: GOSSIP_KEY,
  ...consul,
});
const documentOf = (recording: Recording): AgentSpec => {
  const { commandToExecute } = profileOf(recording).extensionProfile.extensions[0]!.protectedSettings!;
  return JSON.parse(parseInstallCommand(commandToExecute)!.specJson) as AgentSpec;
};
const types = (recording: Recording): string[] => recording.resources.map(({ type }) => type);

describe("Consul of a cluster", function () {
  this.timeout(60_000);
  const files = programFiles();

  it("is none unless it is asked for, and none when it is switched off", async () => {
    const plain = await recordUpdate(create());
    const off = await recordUpdate(create({ enabled: false }));
    expect(off.resources.map(({ urn }) => urn)).to.deep.equal(plain.resources.map(({ urn }) => urn));
    for (const recording of [plain, off]) {
      expect(documentOf(recording)).to.not.have.property("consul");
      expect(recording.result.consulServers).to.equal(undefined);
    }
  });

  inBothPasses("has servers, and a way to them", create(own()), (recording) => {
    expect(recording.result.consulServers).to.be.an("object");
    const subnets = Template.of(recording).findResources("azure-native:network:Subnet");
    expect(subnets.map(({ inputs }): unknown => inputs.addressPrefix).sort()).to.deep.equal([
      "10.20.0.0/22",
      "10.20.4.0/27",
    ]);
    for (const { inputs } of subnets) expect(inputs).to.include.keys("networkSecurityGroup", "natGateway");
    const gossip = Template.of(recording)
      .findResources("azure-native:network:NetworkSecurityGroup")
      .flatMap(({ name, inputs }) =>
        (inputs.securityRules as Values[]).map((rule) => ({ group: name, ...rule }) as Values),
      )
      .filter(({ destinationPortRange }) => destinationPortRange === "8301");
    expect(gossip).to.have.length(4);
    for (const { sourceAddressPrefixes } of gossip)
      expect(sourceAddressPrefixes).to.deep.equal(["10.20.0.0/22", "10.20.4.0/27"]);
    expectWellFormed(recording);
  });

  it("tells each machine's client where the servers are, and what to register", async () => {
    const { consul } = documentOf(await recordUpdate(create(own({ registration: { tags: ["v1"] } }))));
    expect(consul!.configuration).to.deep.include({
      server: false,
      retry_join: ["10.20.4.4", "10.20.4.5", "10.20.4.6"],
      advertise_reconnect_timeout: "15m",
    });
    const service = consul!.services[0]!;
    expect(service).to.deep.include({
      id: "orders",
      name: "orders",
      port: 8080,
      tags: ["v1"],
      meta: { version: "1.4.2" },
    });
    expect(service.checks.map(({ id }) => id)).to.deep.equal([
      "orders:ready",
      "orders:dependencies",
      "orders:windows-service",
    ]);
    expect(consul!.secrets.tokens).to.have.all.keys("agent", "dns", "services");
  });

  it("keeps Consul's own traffic out of the rules for the service's process", async () => {
    const { hostFirewall } = documentOf(await recordUpdate(create(own())));
    expect(hostFirewall!.rules.map(({ port }) => port)).to.deep.equal([8080]);
  });

  it("asks where the agent answers for a service that has no endpoints", async () => {
    const service = { ...clusterArgs().service, health: { provider: "agent" as const, port: 8081 } };
    const { consul } = documentOf(await recordUpdate(create(own(), { service })));
    expect(consul!.services[0]!.checks.map(({ http, os_service }) => http ?? os_service)).to.deep.equal([
      "http://127.0.0.1:8081/ready",
      "orders",
    ]);
  });

  it("gives the service its client's address and a token, unless it says otherwise", async () => {
    const document = documentOf(await recordUpdate(create(own())));
    expect(document.service.environment).to.deep.equal({ CONSUL_HTTP_ADDR: "127.0.0.1:8500" });
    expect(document.secrets).to.have.length(1);
    expect(document.secrets![0]).to.include({ name: "CONSUL_HTTP_TOKEN" });
    expect(document.secrets![0]!.url).to.match(/\/secrets\/service-token-orders$/);
    const service = { ...clusterArgs().service, environment: { CONSUL_HTTP_ADDR: "127.0.0.1:9500" } };
    expect(documentOf(await recordUpdate(create(own(), { service }))).service.environment).to.deep.equal({
      CONSUL_HTTP_ADDR: "127.0.0.1:9500",
    });
  });

  it("is forgotten sooner on a machine of a scale set than on a single one, which comes back", async () => {
    const single = await recordUpdate(create(own(), { compute: Compute.Machines }));
    const commands = Template.of(single).findResources("azure-native:compute:VirtualMachineRunCommandByVirtualMachine");
    const installs = commands.filter(({ name }) => name.endsWith("-install"));
    const [{ value }] = installs[0]!.inputs.protectedParameters as [{ value: string }];
    const document = JSON.parse(Buffer.from(value, "base64").toString("utf8")) as AgentSpec;
    expect(document.consul!.configuration).to.not.have.property("advertise_reconnect_timeout");
  });

  it("stands in the package of a VM Application, by addresses alone", async () => {
    const { agentPath, programPath } = files;
    const service = { ...clusterArgs().service, artifact: { path: programPath } };
    const recording = await recordUpdate(create(own(), { service, agent: { path: agentPath } }));
    const { source } = Template.of(recording).findResource("azure-native:storage:Blob", {
      contentType: "application/zip",
    }).inputs;
    const { assets } = source as { assets: Record<string, { text: string }> };
    const { consul } = JSON.parse(assets["agent-spec.json"]!.text) as AgentSpec;
    expect(consul!.secrets.gossipKey.url).to.match(/\/secrets\/gossip-key$/);
  });

  it("has names that stay", async () => {
    for (const recording of await recordEach(create(own()))) {
      expectUrnGolden(recording, join(__dirname, "golden/cluster-consul.urns"));
    }
  });

  it("says in a preview which ports are open, and what it costs", async () => {
    const { resources } = await recordUpdate(create(own()));
    const { inputs } = resources.find(({ type }) => type === "windows-ha:index:WindowsHaCluster")!;
    const ports = (inputs.openPorts as Values[]).map(({ port, protocol }): unknown[] => [port, protocol]);
    expect(ports).to.deep.equal([
      [8080, "Tcp"],
      [8301, "Tcp"],
      [8301, "Udp"],
    ]);
    expect((inputs.monthlyCost as Values).usdPerMonth).to.be.within(750, 850);
  });

  it("puts the service's settings into the store, and changes no server for it", async () => {
    const service = (level: string): WindowsHaClusterArgs["service"] => ({
      ...clusterArgs().service,
      configuration: { environment: { "log.level": level }, store: "consul" as const },
    });
    const [first, second] = (await Promise.all(
      ["info", "debug"].map((level) => recordUpdate(create(own(), { service: service(level) }))),
    )) as [Recording, Recording];
    const declared = (recording: Recording): ConsulDeclaredData => {
      const { source } = Template.of(recording).findResource("azure-native:storage:Blob", {
        blobName: "declared.json",
      }).inputs;
      return JSON.parse((source as { text: string }).text) as ConsulDeclaredData;
    };
    expect(declared(first).values).to.deep.equal({ "service/orders/log.level": "info" });
    expect(declared(second).version).not.to.equal(declared(first).version);
    const others = (recording: Recording): unknown[] =>
      Template.of(recording)
        .findResources("azure-native:compute:VirtualMachine")
        .map(({ inputs }): unknown => inputs);
    expect(JSON.stringify(bodyOf(second, SCALE_SET))).to.equal(JSON.stringify(bodyOf(first, SCALE_SET)));
    expect(others(second)).to.deep.equal(others(first));
  });

  it("joins servers that are there, with tokens in a vault of its own", async () => {
    const recording = await recordUpdate(create(existing()));
    expect(types(recording)).to.not.include("windows-ha:index:ConsulServers");
    const { consul } = documentOf(recording);
    expect(consul!.configuration.retry_join).to.deep.equal(["10.1.0.4", "10.1.0.5"]);
    expect(consul!.secrets.tokens).to.have.all.keys("agent", "services");
    const kept = Template.of(recording).findResources("azure-native:keyvault:Secret");
    expect(kept.map(({ inputs }): unknown => inputs.secretName).sort()).to.deep.equal([
      "gossip-key",
      "machines-token",
      "service-token-orders",
    ]);
  });

  it("shows nobody's key", async () => {
    for (const recording of await recordEach(create(existing()))) {
      expectNoSecretLeak(recording, { gossip: GOSSIP_KEY, agent: EXISTING.agentToken, service: EXISTING.serviceToken });
    }
  });

  it("encrypts on the host as the machines do", async () => {
    const recording = await recordUpdate(create(own(), { machines: { encryptionAtHost: false } }));
    for (const { inputs } of Template.of(recording).findResources("azure-native:compute:VirtualMachine")) {
      expect(inputs.securityProfile).to.include({ encryptionAtHost: false });
    }
  });

  it("finds its place in a network that is there", async () => {
    const network = { existing: { machinesSubnetId: `${SUBNETS}/machines`, consulSubnetId: `${SUBNETS}/consul` } };
    const addresses = ["10.9.1.4", "10.9.1.5", "10.9.1.6"];
    const changes = { network, secretStore: { allowFrom: ["203.0.113.7"] } };
    const recording = await recordUpdate(create(own({ servers: { addresses } }), changes));
    const interfaces = Template.of(recording).findResources("azure-native:network:NetworkInterface");
    expect(interfaces.map(({ inputs }): unknown => (inputs.ipConfigurations as Values[])[0]!.subnet)).to.deep.equal(
      addresses.map(() => ({ id: `${SUBNETS}/consul` })),
    );
    const { failure, registered } = await attempt(create(own(), { network }));
    expect(registered).to.deep.equal([]);
    expect(failure.message).to.include("consul.servers.addresses").and.include("secretStore.allowFrom");
  });
});
