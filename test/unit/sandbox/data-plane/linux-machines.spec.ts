import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CONSUL_GATE_SCRIPT, renderConsulCloudInit, type AgentConsulServerSpec } from "@windows-ha/spec";
import type { StoredResource } from "../../../../packages/sandbox/src/azure/resource-store";
import { failureOf } from "./asking";
import { TestCluster } from "./cluster";
import { serverSpec } from "./consul-documents";

const PLACE = "/subscriptions/s/resourceGroups/shop/providers";
const MACHINE = `${PLACE}/Microsoft.Compute/virtualMachines/consul-1`;
const DISK = `${PLACE}/Microsoft.Compute/disks/consul-1-data`;
const NIC = `${PLACE}/Microsoft.Network/networkInterfaces/consul-1`;
const SUBNET = `${PLACE}/Microsoft.Network/virtualNetworks/net/subnets/consul`;
const RUN_COMMAND = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";

describe("sandbox machines with Linux", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start();
    cluster.settings.consul = { version: "1.21.0", fileName: "consul.zip", sha256: "a".repeat(64) };
    for (const account of ["ordersconsul"]) {
      put("storage:StorageAccount", `${PLACE}/Microsoft.Storage/storageAccounts/${account}`, { accountName: account });
    }
    put("keyvault:Vault", `${PLACE}/Microsoft.KeyVault/vaults/orders-servers`, { properties: {} });
    put("compute:Disk", DISK, {});
    put("network:NetworkInterface", NIC, {
      ipConfigurations: [
        { privateIPAllocationMethod: "Static", privateIPAddress: "10.20.4.4", subnet: { id: SUBNET } },
      ],
    });
  });
  afterEach(() => cluster.end());

  function put(type: string, id: string, inputs: object): StoredResource {
    const name = id.split("/").at(-1)!;
    const resource = { id, type: `azure-native:${type}`, name, inputs: { ...inputs }, outputs: {} };
    cluster.store.put(resource);
    return resource;
  }

  const cloudInit = (spec: AgentConsulServerSpec = serverSpec(), sha256 = cluster.agentSha256): string =>
    renderConsulCloudInit({ agent: { url: cluster.url(cluster.agentSha256), sha256 }, spec });
  const server = (text = cloudInit(), dataDisks: object[] = [{ lun: 0, managedDisk: { id: DISK } }]): StoredResource =>
    put("compute:VirtualMachine", MACHINE, {
      osProfile: {
        computerName: "consul-1",
        linuxConfiguration: {},
        customData: Buffer.from(text).toString("base64"),
      },
      storageProfile: { dataDisks },
      networkProfile: { networkInterfaces: [{ id: NIC }] },
    });

  /** Creates the machine as the control plane does, and waits at the gate. */
  async function create(machine = server()): Promise<void> {
    await cluster.plane.putMachines(machine);
    put(RUN_COMMAND.replace("azure-native:", ""), `${MACHINE}/runCommands/gate`, {
      source: { script: CONSUL_GATE_SCRIPT },
      treatFailureAsDeploymentFailure: true,
    });
    await cluster.plane.putMachines(machine);
  }
  async function remove(): Promise<void> {
    await cluster.plane.deleteMachines({ id: MACHINE } as StoredResource);
    for (const id of [`${MACHINE}/runCommands/gate`, MACHINE]) cluster.store.delete(id);
  }
  const spec = (): AgentConsulServerSpec =>
    JSON.parse(readFileSync(join(cluster.root("consul-1"), "consul/spec.json"), "utf8")) as AgentConsulServerSpec;
  const seen = (): string => readFileSync(join(cluster.root("consul-1"), "consul/data/machines"), "utf8");

  it("do at their first start what cloud-init is told, and the gate waits for it", async () => {
    await create();
    const [machine] = cluster.plane.machines();
    expect(machine).to.include({ name: "consul-1", power: "running" });
    const { configuration, programs } = spec().consul;
    expect(configuration).to.include({ bind_addr: machine!.address, node_name: "consul-1" });
    expect(configuration.retry_join[0], "its own static address").to.equal(machine!.address);
    expect(programs[0]!.sha256).to.equal("a".repeat(64));
    expect(cluster.plane.machineLogs("consul-1").map(({ name }) => name)).to.include("cloud-init 1");
  });

  it("do it once, also when they are started again", async () => {
    await create();
    await cluster.plane.stopMachine("consul-1");
    await cluster.plane.startMachine("consul-1");
    await cluster.restart();
    await cluster.plane.settled();
    expect(seen()).to.equal("consul-1\n");
    expect(cluster.plane.machines()[0]).to.include({ power: "running" });
  });

  it("leave address and data disk to their successor, whose own disk is new", async () => {
    await create();
    const { address } = cluster.plane.machines()[0]!;
    await remove();
    const changed = serverSpec();
    changed.server.declaredData.intervalSeconds = 5;
    await create(server(cloudInit(changed)));
    expect(cluster.plane.machines()[0]!.address).to.equal(address);
    expect(seen()).to.equal("consul-1\nconsul-1\n");
    expect(spec().server.declaredData.intervalSeconds).to.equal(5);
  });

  it("know the addresses of those that aren't there yet", async () => {
    await create();
    const [, second] = spec().consul.configuration.retry_join;
    const other = `${NIC}-2`;
    put("network:NetworkInterface", other, {
      ipConfigurations: [
        { privateIPAllocationMethod: "Static", privateIPAddress: "10.20.4.5", subnet: { id: SUBNET } },
      ],
    });
    const machine = put("compute:VirtualMachine", `${MACHINE}-2`, {
      osProfile: { computerName: "web-1" },
      networkProfile: { networkInterfaces: [{ id: other }] },
    });
    await cluster.plane.putMachines(machine);
    expect(cluster.plane.machines().find(({ name }) => name === "web-1")!.address).to.equal(second);
  });

  it("lose what is on a data disk with the disk, and not before", async () => {
    const disks = (): string[] => (existsSync(cluster.layout.disks) ? readdirSync(cluster.layout.disks) : []);
    await create();
    await remove();
    await cluster.plane.settled();
    expect(disks()).to.have.length(1);
    cluster.store.delete(DISK);
    for (let tries = 0; tries < 100 && disks().length > 0; tries++) await new Promise((done) => setTimeout(done, 20));
    expect(disks()).to.deep.equal([]);
  });

  it("fail at the gate with what cloud-init said", async () => {
    const broken = serverSpec();
    broken.consul.configuration.datacenter = "fail";
    const failure = await failureOf(create(server(cloudInit(broken))));
    expect(failure.message).to.contain("cloud-init failed").and.contain("consul said boom");
    const [machine] = cluster.plane.machines();
    expect(machine!.power).to.equal("failed");
    expect(machine!.message).to.contain("exit code 22");
  });

  it("don't run an agent that isn't the declared one", async () => {
    const failure = await failureOf(create(server(cloudInit(serverSpec(), "0".repeat(64)))));
    expect(failure.message).to.contain("does not have the declared SHA-256");
  });

  it("are refused before anything is created when the sandbox can't be them", () => {
    const problems = (machine: StoredResource): string => cluster.plane.preflight(machine).join();
    expect(problems(server())).to.equal("");
    expect(problems(server("#cloud-config\nruncmd: [reboot]\n"))).to.contain("anything else is not emulated");
    expect(problems(server(cloudInit(), []))).to.contain("no disk is attached at LUN 0");
    expect(problems(server("")), "what a first preview doesn't know yet").to.equal("");
    delete cluster.settings.consul;
    expect(problems(server(""))).to.contain("windows-ha sandbox publish --consul <file>");
    expect(problems(server())).to.contain("windows-ha sandbox publish --consul <file>");
  });
});
