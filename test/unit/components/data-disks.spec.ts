import { expect } from "chai";
import { Template, type Recording, type Values } from "@windows-ha/testing";
import {
  Availability,
  DiskCaching,
  OsDiskType,
  WindowsMachines,
  WindowsScaleSet,
  type WindowsMachinesArgs,
  type WindowsScaleSetArgs,
} from "windows-ha";
import { failureOf, inBothPasses, known, PLACE } from "./support";

const MACHINE = "azure-native:compute:VirtualMachine";
const SET = "azure-native:compute:VirtualMachineScaleSet";
const ARGS = { ...PLACE, subnetId: "/subnet", health: { port: 8080 } };
const create = (changes: Partial<WindowsMachinesArgs>) => (): WindowsMachines =>
  new WindowsMachines("web", { ...ARGS, count: 2, zones: ["1", "3"], ...changes });
const createSet = (changes: Partial<WindowsScaleSetArgs>) => (): WindowsScaleSet =>
  new WindowsScaleSet("web", { ...ARGS, ...changes });
const all = (recording: Recording, type: string): Values[] =>
  Template.of(recording)
    .findResources(type)
    .map(({ inputs }) => inputs);

describe("data disks of single machines", () => {
  const DISK = "azure-native:compute:Disk";
  const DATA_DISKS = [
    { lun: 0, sizeGb: 128 },
    { lun: 5, sizeGb: 1024, type: OsDiskType.StandardSsdZrs, caching: DiskCaching.None, protect: false },
  ];

  inBothPasses(
    "hold data disks that are resources of their own: in the machine's zone, protected, and detached when it goes",
    create({ dataDisks: DATA_DISKS }),
    (recording) => {
      const disks = [...Template.of(recording).findResources(DISK)].sort((a, b) => a.name.localeCompare(b.name));
      const common = { ...PLACE, creationData: { createOption: "Empty" }, networkAccessPolicy: "DenyAll" };
      expect(disks.map(({ name }) => name)).to.deep.equal([
        "web-1-disk-0",
        "web-1-disk-5",
        "web-2-disk-0",
        "web-2-disk-5",
      ]);
      expect(disks[2]!.inputs).to.deep.equal({
        ...common,
        zones: ["3"],
        sku: { name: "Premium_LRS" },
        diskSizeGB: 128,
        publicNetworkAccess: "Disabled",
      });
      expect(disks[3]!.inputs).not.to.have.property("zones");
      expect(disks.map(({ protect }) => protect)).to.deep.equal([true, false, true, false]);
      expect(disks[0]!.replaceOnChanges).to.deep.equal(["zones"]);
      const [first] = all(recording, MACHINE);
      expect((first!["storageProfile"] as Values)["dataDisks"]).to.deep.equal([
        {
          lun: 0,
          createOption: "Attach",
          caching: "ReadOnly",
          deleteOption: "Detach",
          managedDisk: { id: known(recording, "web-1-disk-0_id") },
        },
        {
          lun: 5,
          createOption: "Attach",
          caching: "None",
          deleteOption: "Detach",
          managedDisk: { id: known(recording, "web-1-disk-5_id") },
        },
      ]);
    },
  );

  inBothPasses(
    "hold disks without a zone in an availability set",
    create({ availability: Availability.AvailabilitySet, zones: undefined, dataDisks: DATA_DISKS }),
    (recording) => {
      for (const disk of all(recording, DISK)) expect(disk).not.to.have.property("zones");
    },
  );

  it("refuse two disks of one number, a cache that Azure hasn't, and a disk of no size, all at once", async () => {
    const { message } = await failureOf(
      create({
        dataDisks: [
          { lun: 1, sizeGb: 8 },
          { lun: 1, sizeGb: 4096 },
        ],
      }),
    );
    expect(message).to.match(/dataDisks\[1\]\.lun is 1 \[unique\][^]*Take 0\./);
    expect(message).to.contain('dataDisks[1].caching is "ReadOnly" on a disk of 4096 GB [disk-caching]');
    expect((await failureOf(create({ dataDisks: [{ lun: 0, sizeGb: 0 }] }))).message).to.contain("[range]");
  });
});

describe("a scale set", () => {
  inBothPasses(
    "has data disks that go with their machine",
    createSet({ dataDisks: [{ lun: 2, sizeGb: 256 }] }),
    (recording) => {
      const { storageProfile } = all(recording, SET)[0]!["virtualMachineProfile"] as { storageProfile: Values };
      expect(storageProfile["dataDisks"]).to.deep.equal([
        {
          lun: 2,
          createOption: "Empty",
          caching: "ReadOnly",
          diskSizeGB: 256,
          deleteOption: "Delete",
          managedDisk: { storageAccountType: "Premium_LRS" },
        },
      ]);
      Template.of(recording).resourceCountIs("azure-native:compute:Disk", 0);
    },
  );

  it("refuses to protect such a disk", async () => {
    const { message } = await failureOf(createSet({ dataDisks: [{ lun: 0, sizeGb: 8, protect: true }] }));
    expect(message).to.contain("dataDisks[0].protect is true [disposable-disk]");
  });
});
