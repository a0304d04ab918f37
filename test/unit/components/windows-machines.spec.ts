import { createHash } from "node:crypto";
import { expect } from "chai";
import { installCommand, RUN_COMMAND_SCRIPT } from "@windows-ha/spec";
import { expectNoSecretLeak, Template, type Recording, type Values } from "@windows-ha/testing";
import {
  Availability,
  Compute,
  MachineTransport,
  WindowsHaCluster,
  WindowsMachines,
  WindowsScaleSet,
  type WindowsMachinesArgs,
} from "windows-ha";
import { clusterArgs, failureOf, inBothPasses, known, PLACE, SHA256_A } from "./support";

const MACHINE = "azure-native:compute:VirtualMachine";
const EXTENSION = "azure-native:compute:VirtualMachineExtension";
const RUN_COMMAND = "azure-native:compute:VirtualMachineRunCommandByVirtualMachine";
const NIC = "azure-native:network:NetworkInterface";
const ARGS: WindowsMachinesArgs = {
  ...PLACE,
  count: 2,
  zones: ["1", "3"],
  subnetId: "/subnet",
  backendPoolIds: ["/lb/backendAddressPools/machines"],
  health: { port: 8080 },
  install: {
    fileUris: ["https://files.example.com/agent.exe"],
    commandToExecute: installCommand({
      agent: { url: "https://files.example.com/agent.exe", sha256: SHA256_A },
      specJson: '{"canary":"4711-4711"}',
    }),
  },
};
const create =
  (changes: Partial<WindowsMachinesArgs> = {}) =>
  () =>
    new WindowsMachines("web", { ...ARGS, ...changes });
const all = (recording: Recording, type: string): Values[] =>
  Template.of(recording)
    .findResources(type)
    .map(({ inputs }) => inputs);

describe("WindowsMachines", () => {
  inBothPasses(
    "are named computers, each in the next zone, with an interface that outlives it",
    create(),
    (recording) => {
      const machines = all(recording, MACHINE);
      expect(machines.map(({ zones }) => zones as unknown)).to.deep.equal([["1"], ["3"]]);
      expect(machines.map(({ osProfile }) => (osProfile as { computerName: string }).computerName)).to.deep.equal([
        "web-1",
        "web-2",
      ]);
      expect(machines.map(({ networkProfile }) => networkProfile as unknown)).to.deep.equal(
        [1, 2].map((number) => ({
          networkInterfaces: [{ id: known(recording, `web-${number}-nic_id`), primary: true, deleteOption: "Detach" }],
        })),
      );
      expect(machines[0]).to.deep.include({
        securityProfile: {
          securityType: "TrustedLaunch",
          uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
          encryptionAtHost: true,
        },
        diagnosticsProfile: { bootDiagnostics: { enabled: true } },
        hardwareProfile: { vmSize: "Standard_D2s_v5" },
      });
    },
  );

  inBothPasses("join the balancer's pool by their interfaces", create(), (recording) => {
    for (const { ipConfigurations, enableAcceleratedNetworking } of all(recording, NIC)) {
      expect(enableAcceleratedNetworking).to.equal(true);
      expect((ipConfigurations as Values[])[0]).to.deep.include({
        subnet: { id: "/subnet" },
        loadBalancerBackendAddressPools: [{ id: "/lb/backendAddressPools/machines" }],
      });
    }
  });

  inBothPasses("wait for one another: the second for everything of the first", create(), (recording) => {
    const [, second] = Template.of(recording).findResources(MACHINE);
    const names = second!.dependsOn.map((urn) => urn.split("::").at(-1));
    expect(names).to.include.members(["web-1", "web-1-install", "web-1-health"]);
    for (const machine of Template.of(recording).findResources(MACHINE)) {
      expect(machine.deleteBeforeReplace).to.equal(true);
      expect(machine.replaceOnChanges).to.include.members(["zones", "osProfile", "storageProfile.imageReference"]);
    }
  });

  inBothPasses("carry the install as a command and the health endpoint as an extension", create(), (recording) => {
    const named = [...all(recording, RUN_COMMAND), ...all(recording, EXTENSION)];
    expect(named.map((part) => (part.runCommandName ?? part.vmExtensionName) as unknown)).to.deep.equal([
      "service-install",
      "service-install",
      "application-health",
      "application-health",
    ]);
    expect(all(recording, RUN_COMMAND)[0]).to.deep.include({
      source: { script: RUN_COMMAND_SCRIPT },
      asyncExecution: false,
      treatFailureAsDeploymentFailure: true,
      timeoutInSeconds: 300 + 1800,
    });
    const [health] = Template.of(recording).findResources(EXTENSION);
    expect(health!.dependsOn.join()).to.include("::web-1-install");
  });

  inBothPasses("protect the document, and show that it is another one", create(), (recording) => {
    const [command] = Template.of(recording).findResources(RUN_COMMAND);
    expect(command!.secretPaths).to.deep.equal(["protectedParameters"]);
    expect(command!.inputs.parameters).to.deep.equal([
      { name: "AgentUri", value: "https://files.example.com/agent.exe" },
      { name: "AgentSha256", value: SHA256_A },
      { name: "Revision", value: createHash("sha256").update('{"canary":"4711-4711"}').digest("hex").slice(0, 8) },
    ]);
    expectNoSecretLeak(recording, { document: "4711-4711" });
  });

  inBothPasses(
    "take the Custom Script Extension where that is wanted",
    create({ transport: MachineTransport.CustomScript }),
    (recording) => {
      expect(all(recording, RUN_COMMAND)).to.deep.equal([]);
      expect(all(recording, EXTENSION).map(({ vmExtensionName, type }) => `${vmExtensionName} ${type}`)).to.deep.equal([
        "service-install CustomScriptExtension",
        "application-health ApplicationHealthWindows",
        "service-install CustomScriptExtension",
        "application-health ApplicationHealthWindows",
      ]);
    },
  );

  it("refuse a command that no ServiceInstall made, and don't show it", async () => {
    const { message } = await failureOf(create({ install: { fileUris: [], commandToExecute: "canary-4711.exe" } }));
    expect(message).to.include("[run-command]").and.include('transport "customScript"').and.not.include("canary");
  });

  inBothPasses(
    "lie in an availability set where there are no zones",
    create({ availability: Availability.AvailabilitySet, zones: undefined }),
    (recording) => {
      for (const machine of all(recording, MACHINE)) {
        expect(machine).not.to.have.property("zones");
        expect(machine.availabilitySet).to.deep.equal({ id: known(recording, "web-availability_id") });
      }
    },
  );

  it("refuse zones in an availability set, eleven machines, and an image that nobody patches, all at once", async () => {
    const { message } = await failureOf(create({ availability: Availability.AvailabilitySet }));
    expect(message).to.contain("[availability-zones]");
    const error = await failureOf(create({ count: 11 }));
    expect(error.message).to.contain("count is 11 [range]");
  });
});

describe("a cluster's compute", () => {
  const cluster = (): WindowsHaCluster => new WindowsHaCluster("orders", clusterArgs({ compute: Compute.Machines }));

  inBothPasses("makes single machines of three, without a scale set", cluster, (recording) => {
    Template.of(recording).resourceCountIs(MACHINE, 3);
    Template.of(recording).resourceCountIs("azure-native:compute:VirtualMachineScaleSet", 0);
    expect(recording.result.machines).to.be.instanceOf(WindowsMachines);
    expect(() => recording.result.scaleSet).to.throw("its machines are cluster.machines");
  });
});

describe("WindowsScaleSet with more said", () => {
  const scaleSet = (changes: object) => () => {
    const { availability, ...args } = { ...ARGS, count: 3, zones: ["1", "2", "3"], ...changes } as WindowsMachinesArgs;
    return new WindowsScaleSet("web", args);
  };
  const SET = "azure-native:compute:VirtualMachineScaleSet";

  inBothPasses("is balanced again over its zones, and repaired, when nothing is said", scaleSet({}), (recording) => {
    expect(all(recording, SET)[0]!["resiliencyPolicy"]).to.deep.equal({
      resilientVMCreationPolicy: { enabled: true },
      resilientVMDeletionPolicy: { enabled: true },
      automaticZoneRebalancingPolicy: {
        enabled: true,
        rebalanceStrategy: "Recreate",
        rebalanceBehavior: "CreateBeforeDelete",
      },
    });
  });

  inBothPasses(
    "is not, where that was switched off",
    scaleSet({ zoneRebalance: false, repairs: { enabled: false }, upgrade: { pauseSeconds: 5 }, hybridBenefit: true }),
    (recording) => {
      const [set] = all(recording, SET);
      expect(set).to.deep.include({ automaticRepairsPolicy: { enabled: false } });
      expect(JSON.stringify(set)).to.contain('"automaticZoneRebalancingPolicy":{"enabled":false}');
      expect(JSON.stringify(set)).to.contain('"pauseTimeBetweenBatches":"PT5S"');
      expect(set!["virtualMachineProfile"]).to.include({ licenseType: "Windows_Server" });
    },
  );

  inBothPasses(
    "scales by load and by the clock, and updates leave the number alone",
    scaleSet({
      autoscale: {
        maximum: 6,
        schedules: [{ name: "office", days: ["Monday"], from: "08:00", until: "18:30", minimum: 5, maximum: 9 }],
      },
    }),
    (recording) => {
      expect(Template.of(recording).findResource(SET).ignoreChanges).to.deep.equal(["sku.capacity"]);
      const [setting] = all(recording, "azure-native:monitor:AutoscaleSetting");
      expect(setting!["targetResourceUri"]).to.equal(known(recording, "web_id"));
      const profiles = setting!["profiles"] as { name: string; capacity: object; recurrence?: object }[];
      expect(profiles.map(({ name, capacity, recurrence }) => ({ name, capacity, recurrence }))).to.deep.equal([
        { name: "always", capacity: { minimum: "3", maximum: "6", default: "3" }, recurrence: undefined },
        {
          name: "office",
          capacity: { minimum: "5", maximum: "9", default: "5" },
          recurrence: {
            frequency: "Week",
            schedule: { timeZone: "UTC", days: ["Monday"], hours: [8], minutes: [0] },
          },
        },
        {
          name: '{"name":"always","for":"office"}',
          capacity: { minimum: "3", maximum: "6", default: "3" },
          recurrence: {
            frequency: "Week",
            schedule: { timeZone: "UTC", days: ["Monday"], hours: [18], minutes: [30] },
          },
        },
      ]);
    },
  );

  inBothPasses(
    "leaves the end of a schedule to the one that begins at that time: nobody says which of two holds",
    scaleSet({
      autoscale: {
        maximum: 6,
        schedules: [
          { name: "morning", days: ["Monday", "Friday"], from: "08:00", until: "12:00", minimum: 4, maximum: 9 },
          { name: "afternoon", days: ["Monday"], from: "12:00", until: "18:00", minimum: 5, maximum: 9 },
          { name: "evening", days: ["Monday"], from: "18:00", until: "20:00", minimum: 4, maximum: 9 },
        ],
      },
    }),
    (recording) => {
      interface Profile {
        name: string;
        recurrence?: { schedule: { days: string[]; hours: number[] } };
      }
      const [setting] = all(recording, "azure-native:monitor:AutoscaleSetting");
      const weekly = (setting!["profiles"] as Profile[]).flatMap(({ name, recurrence }) =>
        recurrence ? [`${name} ${recurrence.schedule.days.join(" ")} ${recurrence.schedule.hours[0]!}`] : [],
      );
      expect(weekly).to.deep.equal([
        "morning Monday Friday 8",
        '{"name":"always","for":"morning"} Friday 12',
        "afternoon Monday 12",
        "evening Monday 18",
        '{"name":"always","for":"evening"} Monday 20',
      ]);
    },
  );
});
