import { expect } from "chai";
import { SINGLE_PROFILE_WARNING, type AgentSpec } from "@windows-ha/spec";
import { Template, type Recording } from "@windows-ha/testing";
import { Profile, WindowsHaCluster, type WindowsHaClusterArgs } from "windows-ha";
import { attempt, bodyOf, clusterArgs, inBothPasses, recordUpdate, SCALE_SET } from "./support";

const MACHINE = "azure-native:compute:VirtualMachine";
const RUN_COMMAND = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";
const create =
  (changes: Partial<WindowsHaClusterArgs> = {}) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs({ profile: Profile.Single, ...changes }));

/** What the agent on the only machine gets. */
function agentSpecOf(recording: Recording): AgentSpec {
  const [document] = bodyOf(recording, RUN_COMMAND).protectedParameters as { value: string }[];
  return JSON.parse(Buffer.from(document!.value, "base64").toString()) as AgentSpec;
}

describe('WindowsHaCluster with profile "single"', () => {
  const warnings: unknown[] = [];
  const { warn } = console;
  // Without an engine, Pulumi logs there.
  beforeEach(() => {
    warnings.length = 0;
    console.warn = (text: unknown) => void warnings.push(text);
  });
  afterEach(() => {
    console.warn = warn;
  });

  inBothPasses("is one machine in one zone with a cheaper disk, and no scale set", create(), (recording) => {
    const template = Template.of(recording);
    expect(template.findResources(SCALE_SET)).to.deep.equal([]);
    expect(template.findResources(MACHINE)).to.have.lengthOf(1);
    const { zones, hardwareProfile, storageProfile } = bodyOf(recording, MACHINE);
    expect(zones).to.deep.equal(["1"]);
    expect(hardwareProfile).to.deep.equal({ vmSize: "Standard_D2s_v5" });
    expect(storageProfile).to.have.nested.property("osDisk.managedDisk.storageAccountType", "StandardSSD_LRS");
    const { inputs } = template.findResource("windows-ha:index:WindowsMachines");
    expect(inputs).to.deep.include({ count: 1, zones: ["1"] });
  });

  inBothPasses("warns once that it is not highly available", create(), () => {
    expect(warnings).to.deep.equal([`warning: [runtime] ${SINGLE_PROFILE_WARNING}`]);
  });

  it("tells the agent not to drain: nobody takes the clients over", async () => {
    expect(agentSpecOf(await recordUpdate(create())).stop.drainSeconds).to.equal(0);
    const given = create({ service: { ...clusterArgs().service, stop: { drainSeconds: 12 } } });
    expect(agentSpecOf(await recordUpdate(given)).stop.drainSeconds).to.equal(12);
  });

  it("is placed by Azure in an availability set, for regions without zones", async () => {
    const body = bodyOf(await recordUpdate(create({ machines: { availability: "availabilitySet" } })), MACHINE);
    expect(body).to.include.keys("availabilitySet").and.not.to.include.keys("zones");
  });

  it("asks for zones nowhere then: such a region refuses them", async () => {
    const recording = await recordUpdate(
      create({
        machines: { availability: "availabilitySet" },
        loadBalancer: { public: true, internal: true, allowFrom: ["Internet"] },
      }),
    );
    for (const { name, inputs } of recording.resources.filter(({ custom }) => custom)) {
      expect(JSON.stringify(inputs), name).not.to.match(/"zones":\[|_ZRS/);
    }
  });

  it("refuses what it has no room for in one error, and neither creates nor warns", async () => {
    const { failure, registered } = await attempt(
      create({ compute: "scaleSet", machines: { count: 3, zones: ["1", "2", "3"] } }),
    );
    expect(failure.message).to.contain("3 problems");
    for (const path of ["compute", "machines.count", "machines.zones"]) {
      expect(failure.message).to.match(new RegExp(`^ {2}\\d\\. ${path} is `, "m"));
    }
    expect(registered).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
  });

  it("is the only profile that warns", async () => {
    await recordUpdate(create({ profile: Profile.HighlyAvailable }));
    await recordUpdate(create({ profile: undefined }));
    expect(warnings).to.deep.equal([]);
  });
});
