import { expect } from "chai";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { GROUP, Harness, refusal } from "./harness";
import { changed, createUpTo, networkId, VALID } from "./valid-inputs";

const TOKENS = {
  nic: "azure-native:network:NetworkInterface",
  machine: "azure-native:compute:VirtualMachine",
  extension: "azure-native:compute:VirtualMachineExtension",
  runCommand: "azure-native:compute:VirtualMachineRunCommandByVirtualMachine",
  availability: "azure-native:compute:AvailabilitySet",
  autoscale: "azure-native:monitor:AutoscaleSetting",
  disk: "azure-native:compute:Disk",
};
type Kind = keyof typeof TOKENS;

const place = { resourceGroupName: "shop", location: "westeurope" };
const NIC = networkId("networkInterfaces/orders-nic");
const SCALE_SET = `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/orders`;
const INPUTS: Record<Kind, PropertyMap> = {
  nic: {
    ...place,
    networkInterfaceName: "orders-nic",
    ipConfigurations: [
      {
        name: "primary",
        primary: true,
        subnet: { id: networkId("virtualNetworks/orders-network/subnets/machines") },
        loadBalancerBackendAddressPools: [
          { id: networkId("loadBalancers/orders-balancer/backendAddressPools/machines") },
        ],
      },
    ],
  },
  machine: {
    ...place,
    vmName: "orders-1",
    zones: ["1"],
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    osProfile: { computerName: "orders-1", adminUsername: "operator", adminPassword: "Correct-Horse-1" },
    networkProfile: { networkInterfaces: [{ id: NIC, primary: true }] },
  },
  extension: {
    ...place,
    vmName: "orders-1",
    vmExtensionName: "install",
    publisher: "Microsoft.Compute",
    type: "CustomScriptExtension",
    typeHandlerVersion: "1.10",
    protectedSettings: { commandToExecute: "agent install --token canary" },
  },
  runCommand: {
    ...place,
    vmName: "orders-1",
    runCommandName: "install",
    source: { script: "Get-Date" },
    parameters: [{ name: "Uri", value: "https://files.example.com/agent.exe" }],
    protectedParameters: [{ name: "Spec", value: "canary" }],
    treatFailureAsDeploymentFailure: true,
  },
  availability: {
    ...place,
    availabilitySetName: "orders",
    sku: { name: "Aligned" },
    platformFaultDomainCount: 2,
    platformUpdateDomainCount: 5,
  },
  autoscale: {
    ...place,
    autoscaleSettingName: "orders",
    targetResourceUri: SCALE_SET,
    profiles: [{ name: "always", capacity: { minimum: "3", maximum: "6", default: "3" }, rules: [] }],
  },
  disk: {
    ...place,
    diskName: "orders-1-data",
    zones: ["1"],
    sku: { name: "Premium_LRS" },
    creationData: { createOption: "Empty" },
    diskSizeGB: 64,
  },
};
const DISK = `${GROUP}/providers/Microsoft.Compute/disks/orders-1-data`;
const attached = (id: string, lun = 0): PropertyMap => ({ lun, createOption: "Attach", managedDisk: { id } });
const withDisks = (...dataDisks: PropertyMap[]): PropertyMap => ({ ...INPUTS.machine, storageProfile: { dataDisks } });

const REFUSED: [kind: Kind, path: string, value: unknown, answer: RegExp][] = [
  ["machine", "hardwareProfile.vmSize", undefined, /vmSize' is missing/],
  ["machine", "osProfile.adminUsername", "admin", /Admin Username specified is not allowed/],
  ["machine", "osProfile.adminPassword", "short", /8-123 characters/],
  ["machine", "osProfile.computerName", "a-name-of-sixteen", /cannot be more than 15/],
  ["machine", "networkProfile.networkInterfaces", [], /at least one network interface/],
  ["machine", "zones", ["1", "2"], /one zone, not in 2/],
  ["machine", "availabilitySet", { id: "/set" }, /exclude each other/],
  [
    "machine",
    "osProfile.windowsConfiguration",
    { enableAutomaticUpdates: false, patchSettings: { patchMode: "AutomaticByPlatform" } },
    /needs provisionVMAgent and enableAutomaticUpdates/,
  ],
  [
    "machine",
    "storageProfile",
    { dataDisks: [attached(DISK, 3), attached(`${DISK}-2`, 3)] },
    /already attached at the LUN 3/,
  ],
  ["machine", "storageProfile", { dataDisks: [{ lun: 0, createOption: "Attach" }] }, /has no managedDisk\.id/],
  ["machine", "storageProfile", { dataDisks: [{ lun: 0, createOption: "Empty" }] }, /has no diskSizeGB/],
  ["disk", "diskSizeGB", undefined, /diskSizeGB' is missing/],
  ["disk", "diskSizeGB", 32_768, /between 1 and 32767/],
  ["disk", "zones", ["1", "2"], /one zone, not in 2/],
  ["disk", "sku.name", "Premium_ZRS", /kind Premium_ZRS can't have a zone/],
  ["disk", "sku.name", "Premium_FRS", /Premium_FRS/],
  ["nic", "ipConfigurations", [], /NetworkInterfaceMustHaveAtLeastOneIpConfiguration/],
  ["nic", "ipConfigurations[0].privateIPAllocationMethod", "Static", /needs privateIPAddress/],
  ["extension", "publisher", undefined, /Required parameter 'publisher'/],
  ["extension", "protectedSettings", {}, /needs commandToExecute/],
  ["runCommand", "source", {}, /Exactly one of 'script', 'scriptUri' and 'commandId'.*seen none/],
  ["runCommand", "source.scriptUri", "https://files.example.com/a.ps1", /seen script and scriptUri/],
  ["runCommand", "protectedParameters", [{ name: "URI", value: "x" }], /'uri' is given more than once/],
  ["availability", "sku.name", "Classic", /not Classic/],
  ["availability", "platformFaultDomainCount", 4, /range 1 to 3/],
  ["autoscale", "profiles", [], /1 to 20 profiles/],
  ["autoscale", "profiles[0].capacity.default", "7", /must lie between the minimum 3 and the maximum 6/],
  ["autoscale", "profiles[0].capacity.maximum", "1001", /InvalidProfileCapacity/],
];

const FIXED: [path: string, value: unknown, code: string][] = [
  ["zones", ["2"], "PropertyChangeNotAllowed"],
  ["osProfile.adminUsername", "somebody", "PropertyChangeNotAllowed"],
  ["osProfile.computerName", "orders-9", "PropertyChangeNotAllowed"],
  ["osProfile.customData", "c2V0dXA=", "PropertyChangeNotAllowed"],
  ["storageProfile.imageReference", { sku: "2025-datacenter-azure-edition" }, "PropertyChangeNotAllowed"],
  ["securityProfile.encryptionAtHost", true, "OperationNotAllowed"],
];

describe("sandbox: single machines", () => {
  let azure: Harness;
  const subject = (kind: Kind): { urn: string; name: string; type: string; connection: string } => ({
    urn: `urn:pulumi:dev::shop::${TOKENS[kind]}::orders`,
    name: "orders",
    type: TOKENS[kind],
    connection: "test",
  });
  const { signal } = new AbortController();
  const check = (kind: Kind, news: PropertyMap): string[] =>
    azure.provider.check({ ...subject(kind), olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined })
      .failures;
  const create = async (kind: Kind, inputs = INPUTS[kind]): Promise<string> =>
    (await azure.provider.create({ ...subject(kind), inputs, preview: false, signal })).id;
  const remove = (kind: Kind, id: string): Promise<void> =>
    azure.provider.delete({ ...subject(kind), id, state: {}, signal });
  const update = (kind: Kind, id: string, news: PropertyMap): Promise<unknown> =>
    azure.provider.update({ ...subject(kind), id, oldInputs: {}, state: {}, news, preview: false, signal });

  beforeEach(() => (azure = new Harness()));
  afterEach(() => azure.dispose());

  for (const kind of Object.keys(TOKENS) as Kind[]) {
    it(`takes a good ${kind}`, () => expect(check(kind, INPUTS[kind])).to.deep.equal([]));
  }

  for (const [kind, path, value, answer] of REFUSED) {
    it(`refuses a ${kind} with ${path} ${JSON.stringify(value)}`, () => {
      expect(check(kind, changed(INPUTS[kind], path, value)).join("\n")).to.match(answer);
    });
  }

  for (const [path, value, code] of FIXED) {
    it(`refuses another ${path} of a machine that exists`, async () => {
      await createUpTo(azure, "balancer");
      await create("nic");
      const id = await create("machine");
      expect((await refusal(update("machine", id, changed(INPUTS.machine, path, value)))).message).to.contain(code);
    });
  }

  it("tells the machine of every change of its interface and its extensions", async () => {
    await createUpTo(azure, "balancer");
    const nic = await create("nic");
    await create("machine");
    const extension = await create("extension");
    await update("nic", nic, changed(INPUTS.nic, "enableAcceleratedNetworking", true));
    await remove("extension", extension);
    expect(azure.dataPlane.calls).to.deep.equal(Array(4).fill("put orders-1"));
  });

  it("lets an interface belong to one machine, and go after it", async () => {
    await createUpTo(azure, "balancer");
    const nic = await create("nic");
    const machine = await create("machine");
    const second = { ...INPUTS.machine, vmName: "orders-2" };
    expect((await refusal(create("machine", second))).message).to.contain("NicInUse");
    expect((await refusal(remove("nic", nic))).message).to.contain("NicInUse");
    await remove("machine", machine);
    await remove("nic", nic);
    expect(azure.dataPlane.calls).to.deep.equal(["put orders-1", "delete orders-1", `release ${nic}`]);
  });

  it("has one extension of a kind, and none without its machine", async () => {
    await createUpTo(azure, "balancer");
    expect((await refusal(create("extension"))).message).to.contain("ParentResourceNotFound");
    await create("nic");
    await create("machine");
    await create("extension");
    await create("runCommand");
    const again = { ...INPUTS.extension, vmExtensionName: "again" };
    expect((await refusal(create("extension", again))).message).to.contain("Multiple VMExtensions per handler");
    expect(JSON.stringify(azure.store.list().map(({ outputs }) => outputs))).not.to.contain("canary");
  });

  it("scales what exists only, and keeps an availability set that machines are in", async () => {
    expect(VALID.scaleSet.vmScaleSetName).to.equal("orders");
    await createUpTo(azure, "balancer");
    expect((await refusal(create("autoscale"))).message).to.contain("InvalidResourceReference");
    const set = await create("availability");
    await create("nic");
    const machine = await create("machine", {
      ...changed(INPUTS.machine, "zones", undefined),
      availabilitySet: { id: set },
    });
    expect((await refusal(remove("availability", set))).message).to.contain("does not contain any VM");
    await remove("machine", machine);
    await remove("availability", set);
  });

  it("keeps a disk that a machine holds, in the machine's zone, and gives it to the next one", async () => {
    await createUpTo(azure, "balancer");
    await create("nic");
    const missing = await refusal(create("machine", withDisks(attached(DISK))));
    expect(missing.message).to.contain("InvalidResourceReference");
    const disk = await create("disk");
    const elsewhere = { ...withDisks(attached(disk)), zones: ["2"] };
    expect((await refusal(create("machine", elsewhere))).message).to.contain("zone 1 and zone 2");
    const machine = await create("machine", withDisks(attached(disk)));

    expect((await refusal(remove("disk", disk))).message).to.contain("is attached to VM");
    await create("nic", { ...INPUTS.nic, networkInterfaceName: "orders-nic-2" });
    const second = {
      ...withDisks(attached(disk)),
      vmName: "orders-2",
      networkProfile: { networkInterfaces: [{ id: networkId("networkInterfaces/orders-nic-2"), primary: true }] },
    };
    expect((await refusal(create("machine", second))).message).to.contain("ConflictingUserInput");
    await remove("machine", machine);
    await create("machine", second);
  });

  it("lets a zone-redundant disk follow its machine into another zone", async () => {
    await createUpTo(azure, "balancer");
    await create("nic");
    const zoneRedundant = { ...changed(INPUTS.disk, "zones", undefined), sku: { name: "Premium_ZRS" } };
    const disk = await create("disk", zoneRedundant);
    const machine = await create("machine", withDisks(attached(disk)));
    await remove("machine", machine);
    await create("machine", { ...withDisks(attached(disk)), zones: ["2"] });
  });

  it("lets a disk grow, not shrink or move, and change its kind only while nothing holds it", async () => {
    await createUpTo(azure, "balancer");
    await create("nic");
    const disk = await create("disk");
    const change = (path: string, value: unknown) =>
      update("disk", disk, changed({ ...INPUTS.disk, diskSizeGB: 128 }, path, value));
    await change("diskSizeGB", 128);
    expect((await refusal(change("diskSizeGB", 64))).message).to.contain("only allowed when increasing");
    expect((await refusal(change("zones", ["2"]))).message).to.contain("Zones cannot be");
    await change("sku.name", "StandardSSD_LRS");
    await create("machine", withDisks(attached(disk)));
    expect((await refusal(change("sku.name", "Premium_LRS"))).message).to.contain("attached to the running VM");
  });

  it("answers who an identity is, and refuses one that isn't there by Azure's code", async () => {
    await createUpTo(azure, "balancer");
    const ask = (resourceName: string) =>
      azure.provider.invoke(
        "azure-native:managedidentity:getUserAssignedIdentity",
        { resourceGroupName: "shop", resourceName },
        "test",
      );
    const [identity] = azure.store.list("azure-native:managedidentity:UserAssignedIdentity");
    expect(await ask("orders-identity")).to.deep.include({
      id: identity!.id,
      principalId: identity!.outputs["principalId"],
      clientId: identity!.outputs["clientId"],
    });
    expect((await refusal(ask("nobody"))).message).to.contain("ResourceNotFound");
  });
});
