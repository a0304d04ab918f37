import { join } from "node:path";
import { output } from "@pulumi/pulumi";
import { expect } from "chai";
import {
  expectNoSecretLeak,
  expectUrnGolden,
  expectWellFormed,
  Template,
  type Recording,
  type Values,
} from "@windows-ha/testing";
import { parseConsulCloudInit, type ConsulDeclaredData, type ParsedConsulCloudInit } from "@windows-ha/spec";
import { ConsulServers, type ConsulServersArgs } from "windows-ha";
import { CONSUL_PROGRAM, failureOf, inBothPasses, known, PLACE, recordEach, recordUpdate, SHA256_B } from "./support";

const SUBNET =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/orders/subnets/orders-consul";
const VM = "azure-native:compute:VirtualMachine";
const NIC = "azure-native:network:NetworkInterface";
const DISK = "azure-native:compute:Disk";
const GATE = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";
const ROLE = "azure-native:authorization:RoleAssignment";
const BLOB = "azure-native:storage:Blob";
const READER = "4633458b-17de-408a-b874-0445c86b69e6";
const MACHINES = "11111111-2222-3333-4444-000000000001";

const consulArgs = (changes: Partial<ConsulServersArgs> = {}): ConsulServersArgs => ({
  ...PLACE,
  program: CONSUL_PROGRAM,
  agent: { url: "https://files.example.com/windows-ha-agent", sha256: SHA256_B },
  subnetId: SUBNET,
  subnetRange: "10.20.4.0/27",
  clientRanges: ["10.20.0.0/22"],
  secretStore: { allowFrom: ["203.0.113.10"] },
  clients: { principalId: MACHINES, machinePrefixes: ["orders"], services: ["orders"] },
  ...changes,
});
const create =
  (changes: Partial<ConsulServersArgs> = {}): (() => ConsulServers) =>
  () =>
    new ConsulServers("orders-consul", consulArgs(changes));
const named = (recording: Recording, type: string): Recording["resources"] =>
  [...Template.of(recording).findResources(type)].sort((a, b) => a.name.localeCompare(b.name));
const customData = (recording: Recording): ParsedConsulCloudInit[] =>
  named(recording, VM).map(({ inputs }) => {
    const text = Buffer.from((inputs.osProfile as { customData: string }).customData, "base64").toString("utf8");
    return parseConsulCloudInit(text)!;
  });
const declared = (recording: Recording): ConsulDeclaredData => {
  const { source } = Template.of(recording).findResource(BLOB, { blobName: "declared.json" }).inputs;
  return JSON.parse((source as { text: string }).text) as ConsulDeclaredData;
};

describe("servers of Consul", function () {
  this.timeout(60_000);
  inBothPasses(
    "are three machines with Linux, each in its zone, on an address that outlives it",
    create(),
    (recording) => {
      const machines = named(recording, VM);
      expect(machines.map(({ name, inputs }): unknown[] => [name, inputs.zones])).to.deep.equal([
        ["orders-consul-1", ["1"]],
        ["orders-consul-2", ["2"]],
        ["orders-consul-3", ["3"]],
      ]);
      for (const { inputs } of machines) {
        expect(inputs.securityProfile).to.deep.include({ securityType: "TrustedLaunch", encryptionAtHost: true });
        expect(inputs.osProfile).to.deep.nested.include({
          "linuxConfiguration.disablePasswordAuthentication": true,
          "linuxConfiguration.ssh.publicKeys[0].keyData": known(recording, "ssh-ed25519 AAAA4711"),
        });
        expect(inputs.osProfile).not.to.have.property("adminPassword");
      }
      const addresses = named(recording, NIC).map(({ inputs }) => (inputs.ipConfigurations as Values[])[0]!);
      expect(addresses.map(({ privateIPAddress }): unknown => privateIPAddress)).to.deep.equal([
        "10.20.4.4",
        "10.20.4.5",
        "10.20.4.6",
      ]);
      for (const address of addresses) {
        expect(address).to.include({ privateIPAllocationMethod: "Static" }).and.not.have.property("publicIPAddress");
      }
      expectWellFormed(recording);
    },
  );

  inBothPasses("keep interface and data disk when they go, and are protected with them", create(), (recording) => {
    for (const { inputs } of named(recording, VM)) {
      expect(inputs.networkProfile).to.have.nested.property("networkInterfaces[0].deleteOption", "Detach");
      expect(inputs.storageProfile).to.deep.nested.include({
        "dataDisks[0].deleteOption": "Detach",
        "dataDisks[0].caching": "None",
      });
    }
    const kept = [...named(recording, NIC), ...named(recording, DISK)];
    expect(kept.map(({ protect }) => protect)).to.deep.equal(kept.map(() => true));
    expect(named(recording, VM).some(({ protect }) => protect)).to.equal(false);
  });

  it("can be taken down once nobody protects their parts", async () => {
    const recording = await recordUpdate(create({ protect: false }));
    const kept = [...named(recording, NIC), ...named(recording, DISK)];
    expect(kept.map(({ protect }) => protect)).to.deep.equal(kept.map(() => false));
  });

  inBothPasses("are created and replaced one by one, each behind the gate of the one before", create(), (recording) => {
    const urnOf = (type: string, name: string): string =>
      Template.of(recording)
        .findResources(type)
        .find((found) => found.name === name)!.urn;
    const machines = named(recording, VM);
    for (const [index, { dependsOn, deleteBeforeReplace, replaceOnChanges }] of machines.entries()) {
      const before = machines.slice(0, index).map((_, at) => urnOf(GATE, `orders-consul-${at + 1}-gate`));
      expect(dependsOn.filter((urn) => urn.includes("RunCommand"))).to.deep.equal(before.slice(-1));
      expect(deleteBeforeReplace).to.equal(true);
      expect(replaceOnChanges).to.include.members(["osProfile", "storageProfile.imageReference", "zones"]);
    }
    for (const gate of named(recording, GATE)) {
      expect(gate.inputs).to.include({ asyncExecution: false, treatFailureAsDeploymentFailure: true });
      expect(gate.inputs.timeoutInSeconds).to.be.greaterThan(20 * 60);
    }
  });

  it("ask again at the gate of whoever is before a server that changes, and of itself", async () => {
    const revisions = async (changes: Partial<ConsulServersArgs>): Promise<unknown[]> =>
      named(await recordUpdate(create(changes)), GATE).map(
        ({ inputs }): unknown => (inputs.parameters as Values[])[0]!.value,
      );
    const plain = await revisions({});
    expect(await revisions({})).to.deep.equal(plain);
    const moved = await revisions({ addresses: ["10.20.4.4", "10.20.4.5", "10.20.4.7"] });
    expect(moved).to.have.length(3);
    for (const [index, revision] of moved.entries()) expect(revision).not.to.equal(plain[index]);
    // Tags, queries and values change no server.
    expect(await revisions({ queries: [{ service: "orders" }], values: { a: "1" } })).to.deep.equal(plain);
  });

  it("are told who they are, by cloud-init alone", async () => {
    const found = customData(await recordUpdate(create()));
    expect(found.map(({ spec }) => spec.consul.configuration.node_name)).to.deep.equal([
      "consul-orders-1",
      "consul-orders-2",
      "consul-orders-3",
    ]);
    for (const { spec, agent } of found) {
      expect(spec.consul.configuration).to.deep.include({
        bootstrap_expect: 3,
        retry_join: ["10.20.4.4", "10.20.4.5", "10.20.4.6"],
      });
      expect(agent).to.deep.equal({ url: "https://files.example.com/windows-ha-agent", sha256: SHA256_B });
      expect(spec.consul.secrets.tokens.management!.url).to.match(/\/secrets\/management-token$/);
      expect(spec.server.declaredData.url).to.match(/\/declared\/declared\.json$/);
      expect(spec.server.snapshots).to.include({ intervalMinutes: 60, keep: 168 });
    }
  });

  it("upload the agent's build for Linux when none is published", async () => {
    const recording = await recordUpdate(create({ agent: undefined }));
    const blob = named(recording, BLOB).find(({ name }) => name.startsWith("orders-consul-agent-"))!;
    const [{ agent }] = customData(recording) as [ParsedConsulCloudInit];
    expect(agent.url.endsWith(`/declared/${blob.inputs.blobName as string}`)).to.equal(true);
    expect(agent).to.include({ identityClientId: "66666666-7777-8888-9999-000000000000" });
    expect(blob.inputs.metadata).to.deep.equal({ sha256: agent.sha256 });
  });

  inBothPasses(
    "put nobody's key into names, documents or plain state",
    create({ gossipKey: Buffer.alloc(32, 7).toString("base64") }),
    (recording) => {
      const tokens = ["management", "servers", "machines", "dns"].map((token) => [
        token,
        `Random-password-of-orders-consul-${token}-token`,
      ]);
      expectNoSecretLeak(recording, {
        gossip: Buffer.alloc(32, 7).toString("base64"),
        ...(Object.fromEntries(tokens) as object),
      });
    },
  );

  it("alone read the management token; machines read their own secrets one by one", async () => {
    const recording = await recordUpdate(create());
    const roles = named(recording, ROLE).filter(({ inputs }) => String(inputs.roleDefinitionId).endsWith(READER));
    const ofMachines = roles
      .filter(({ inputs }) => inputs.principalId === MACHINES)
      .map(({ inputs }) => String(inputs.scope).replace(/^.*\/secrets\//, ""));
    expect(ofMachines.sort()).to.deep.equal(["dns-token", "gossip-key", "machines-token", "service-token-orders"]);
    const ofVault = roles.filter(({ inputs }) => !String(inputs.scope).includes("/secrets/"));
    expect(ofVault.map(({ inputs }): unknown => inputs.principalId)).to.deep.equal([
      "11111111-2222-3333-4444-555555555555",
    ]);
  });

  it("write only to the container of snapshots", async () => {
    const recording = await recordUpdate(create());
    const scopes = Object.fromEntries(named(recording, ROLE).map(({ name, inputs }) => [name, inputs]));
    expect(scopes["orders-consul-writes-snapshots"]!.scope).to.equal("orders-consul-snapshots_id");
    expect(scopes["orders-consul-reads-declared"]!.scope).to.equal("orders-consul-declared_id");
    const without = await recordUpdate(create({ snapshots: { enabled: false } }));
    expect(named(without, ROLE).map(({ name }) => name)).not.to.include("orders-consul-writes-snapshots");
    expect(customData(without)[0]!.spec.server).not.to.have.property("snapshots");
  });

  it("let in RPC and gossip of servers and machines, and nothing else", async () => {
    const rules = Template.of(await recordUpdate(create())).findResource("azure-native:network:NetworkSecurityGroup")
      .inputs.securityRules as Values[];
    const sources = ["10.20.0.0/22", "10.20.4.0/27"];
    const shown = rules.map(({ access, protocol, destinationPortRange, sourceAddressPrefixes }): unknown[] => [
      access,
      protocol,
      destinationPortRange,
      sourceAddressPrefixes,
    ]);
    expect(shown.slice(0, -1)).to.have.deep.members([
      ["Allow", "Tcp", "8300", sources],
      ["Allow", "Tcp", "8301", sources],
      ["Allow", "Udp", "8301", sources],
    ]);
    expect(rules.at(-1)).to.include({
      access: "Deny",
      protocol: "*",
      sourceAddressPrefix: "*",
      destinationPortRange: "*",
    });
  });

  it("get what is declared by a blob that has one address for ever", async () => {
    const recording = await recordUpdate(
      create({ queries: [{ service: "orders" }], values: { "service/orders/level": "info" } }),
    );
    const blob = Template.of(recording).findResource(BLOB, { blobName: "declared.json" });
    expect(blob.deleteBeforeReplace).to.equal(true);
    const data = declared(recording);
    expect(data).to.deep.include({ owner: "orders-consul", values: { "service/orders/level": "info" } });
    expect(data.queries.map(({ Name }) => Name)).to.deep.equal(["orders"]);
    expect(data.tokens).to.have.length(4);
    for (const token of data.tokens)
      expect(token.secret.url).to.match(/\/secrets\/(servers|machines|dns|service)-token/);
  });

  it("refuse a value that turns out to be too large, before anything is changed", async () => {
    const failure = await failureOf(create({ values: { big: output("x".repeat(512 * 1024 + 1)) } }));
    expect(failure.message).to.include("consul-value-size").and.include("no server was changed");
  });

  it("name every mistake at once", async () => {
    const failure = await failureOf(
      create({ count: 4, size: "Standard_B2s", subnetRange: "10.20.4.0/30", gossipKey: "short" }),
    );
    expect(failure.message).to.include("gossipKey").and.not.include("short");
    const rules = await failureOf(create({ count: 4, size: "Standard_B2s", secretStore: {} }));
    expect(rules.message)
      .to.include("[consul-servers]")
      .and.include("[consul-size]")
      .and.include("[secret-store-reach]");
  });

  it("can stand without clients", async () => {
    const recording = await recordUpdate(create({ clients: undefined }));
    expect(declared(recording).tokens).to.have.length(1);
    expect(named(recording, ROLE)).to.have.length(3);
  });

  it("have names that stay", async () => {
    for (const recording of await recordEach(create())) {
      expectUrnGolden(recording, join(__dirname, "golden/consul-servers.urns"));
    }
  });
});
