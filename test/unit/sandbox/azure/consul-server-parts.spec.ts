import { expect } from "chai";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { Harness, refusal } from "./harness";
import { createUpTo, networkId } from "./valid-inputs";

const NIC = "azure-native:network:NetworkInterface";
const DISK = "azure-native:compute:Disk";
const MACHINE = "azure-native:compute:VirtualMachine";
const place = { resourceGroupName: "shop", location: "westeurope" };

describe("sandbox: what servers of Consul are made of", () => {
  let azure: Harness;
  beforeEach(() => (azure = new Harness()));
  afterEach(() => azure.dispose());

  const subject = (type: string): { urn: string; name: string; type: string; connection: string } => ({
    urn: `urn:pulumi:dev::shop::${type}::consul`,
    name: "consul",
    type,
    connection: "test",
  });
  const { signal } = new AbortController();
  const create = async (address: string, networkInterfaceName: string): Promise<string> => {
    const subnet = { id: networkId("virtualNetworks/orders-network/subnets/machines") };
    const ipConfigurations = [
      { name: "primary", subnet, privateIPAllocationMethod: "Static", privateIPAddress: address },
    ];
    const inputs = { ...place, networkInterfaceName, ipConfigurations };
    return (await azure.provider.create({ ...subject(NIC), inputs, preview: false, signal })).id;
  };
  const addressOf = (id: string): unknown =>
    (azure.store.get(id)!.outputs["ipConfigurations"] as { privateIPAddress: string }[])[0]!.privateIPAddress;

  it("give a static address of a subnet to one interface, and the same one to its successor", async () => {
    await createUpTo(azure, "balancer");
    const first = await create("10.0.1.9", "first");
    const loopback = addressOf(first);
    expect((await refusal(create("10.0.1.9", "other"))).message)
      .to.contain("PrivateIPAddressIsAllocated")
      .and.contain(first);
    await azure.provider.delete({ ...subject(NIC), id: first, state: {}, signal });
    expect(addressOf(await create("10.0.1.9", "second"))).to.equal(loopback);
    expect(addressOf(await create("10.0.1.10", "third"))).to.not.equal(loopback);
  });

  it("keep interface and data disk when the machine goes, unless it takes them along", async () => {
    await createUpTo(azure, "balancer");
    const make = async (type: string, inputs: PropertyMap): Promise<string> =>
      (await azure.provider.create({ ...subject(type), inputs: { ...place, ...inputs }, preview: false, signal })).id;
    for (const [deleteOption, isThere] of [
      ["Detach", true],
      ["Delete", false],
    ] as const) {
      const nic = await create("10.0.1.20", `nic-${deleteOption}`);
      const disk = await make(DISK, {
        diskName: `disk-${deleteOption}`,
        creationData: { createOption: "Empty" },
        diskSizeGB: 4,
      });
      const id = await make(MACHINE, {
        vmName: `consul-${deleteOption}`,
        osProfile: { adminUsername: "operator" },
        networkProfile: { networkInterfaces: [{ id: nic, deleteOption }] },
        storageProfile: { dataDisks: [{ lun: 0, createOption: "Attach", managedDisk: { id: disk }, deleteOption }] },
      });
      await azure.provider.delete({ ...subject(MACHINE), id, state: {}, signal });
      expect([nic, disk].map((part) => azure.store.get(part) !== undefined)).to.deep.equal([isThere, isThere]);
      if (isThere) await azure.provider.delete({ ...subject(NIC), id: nic, state: {}, signal });
    }
  });

  it("are no other machines with Linux than these", async () => {
    await createUpTo(azure, "balancer");
    const nic = await create("10.0.1.21", "other");
    const inputs = {
      ...place,
      vmName: "other",
      osProfile: { adminUsername: "operator", linuxConfiguration: {} },
      networkProfile: { networkInterfaces: [{ id: nic }] },
    };
    const answer = await refusal(azure.provider.create({ ...subject(MACHINE), inputs, preview: false, signal }));
    expect(answer.message).to.contain("NotEmulated").and.contain("ConsulServers");
  });

  const NO_ADDRESSES: [address: string, code: string][] = [
    ["10.99.0.9", "PrivateIPAddressNotInSubnet"],
    ["10.0.1.3", "PrivateIPAddressInReservedRange"],
    ["10.0.1.255", "PrivateIPAddressInReservedRange"],
  ];
  for (const [address, code] of NO_ADDRESSES) {
    it(`refuse the static address ${address}`, async () => {
      await createUpTo(azure, "balancer");
      expect((await refusal(create(address, "other"))).message).to.contain(code);
    });
  }

  it("are machines with Linux that one signs in to by key or by password", () => {
    const ssh = { publicKeys: [{ path: "/home/operator/.ssh/authorized_keys", keyData: "ssh-ed25519 AAAA" }] };
    const adminPassword = "Correct-Horse-1";
    const check = (osProfile: PropertyMap): string =>
      azure.provider
        .check({
          ...subject(MACHINE),
          olds: {},
          news: {
            ...place,
            vmName: "consul-1",
            hardwareProfile: { vmSize: "Standard_D2s_v5" },
            networkProfile: { networkInterfaces: [{ id: networkId("networkInterfaces/consul") }] },
            osProfile: { computerName: "consul-1", adminUsername: "operator", ...osProfile },
          },
          randomSeed: new Uint8Array(),
          autonaming: undefined,
        })
        .failures.join();
    const noWay = "Authentication using either SSH or by user name";
    expect(check({ linuxConfiguration: { disablePasswordAuthentication: true, ssh } })).to.equal("");
    expect(check({ linuxConfiguration: {}, adminPassword })).to.equal("");
    expect(check({ linuxConfiguration: {} })).to.contain(noWay);
    expect(check({ linuxConfiguration: { disablePasswordAuthentication: true }, adminPassword })).to.contain(noWay);
  });
});
