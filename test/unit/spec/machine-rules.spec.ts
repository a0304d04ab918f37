import { expect } from "chai";
import { resolveCluster } from "@windows-ha/spec";
import { clusterArguments } from "./arguments";

const rulesOf = (args: Record<string, unknown>): string[] =>
  resolveCluster(clusterArguments(args)).findings.map(({ rule, path }) => `${rule} ${path}`);
const windows = (sku: string): Record<string, string> => ({
  publisher: "MicrosoftWindowsServer",
  offer: "WindowsServer",
  sku,
  version: "latest",
});
const disks = (count: number): object[] => Array.from({ length: count }, (_, lun) => ({ lun, sizeGb: 8 }));
const SCALE = { maximum: 6 };
const day = (name: string, from: string, until: string, more = {}): Record<string, unknown> => ({
  name,
  days: ["Monday", "Tuesday"],
  from,
  until,
  minimum: 4,
  maximum: 8,
  ...more,
});

/** Arguments of the machines, and what is found about them. */
const MACHINES: [title: string, machines: Record<string, unknown>, findings: string[]][] = [
  ["an image that Azure patches", { image: windows("2022-Datacenter-G2") }, []],
  ["one that it doesn't", { image: windows("2019-datacenter-core-g2") }, ["patch-image machines.image"]],
  ["the same, patched by its owner", { image: windows("2019-datacenter-core-g2"), patching: "Manual" }, []],
  [
    "one of generation 1",
    { image: windows("2022-datacenter") },
    ["patch-image machines.image", "image-generation machines.image.sku"],
  ],
  [
    "the same, patched by its owner",
    { image: windows("2022-datacenter"), patching: "Manual" },
    ["image-generation machines.image.sku"],
  ],
  [
    "an image of one's own",
    { image: { publisher: "contoso", offer: "server", sku: "plain", version: "1.0.0" }, patching: "Manual" },
    [],
  ],
  ["hotpatch by default where the image has it", { image: windows("2025-datacenter-azure-edition") }, []],
  ["hotpatch with an image that lacks it", { hotpatch: true }, ["hotpatch-image machines.hotpatch"]],
  [
    "no hotpatch with an image that has it",
    { image: windows("2025-datacenter-azure-edition"), hotpatch: false },
    ["hotpatch-forced machines.hotpatch"],
  ],
  [
    "nobody who patches such an image",
    { image: windows("2025-datacenter-azure-edition"), patching: "Manual" },
    ["hotpatch-forced machines.patching"],
  ],
  ["a disk smaller than the image", { osDiskSizeGb: 64 }, ["os-disk-size machines.osDiskSizeGb"]],
  ["the same with a small image", { osDiskSizeGb: 64, image: windows("2022-datacenter-azure-edition-smalldisk") }, []],
  ...[
    "Standard_A2_v2",
    "Basic_A1",
    "Standard_D2_v2",
    "Standard_D4_v3",
    "Standard_DC4s_v2",
    "Standard_EC2as_v5",
    "Standard_M8ms",
    "Standard_NP10s",
  ].map((size): [string, Record<string, unknown>, string[]] => [
    `${size}, without Trusted Launch`,
    { size },
    ["trusted-launch-size machines.size"],
  ]),
  ...["Standard_D2ps_v5", "Standard_E4pds_v6", "Standard_B2pts_v2", "Standard_D96pls_v6"].map(
    (size): [string, Record<string, unknown>, string[]] => [
      `${size}, with ARM processors`,
      { size },
      ["arm64-size machines.size"],
    ],
  ),
  ...[
    "Standard_D2s_v3",
    "Standard_DS2_v2",
    "Standard_DS11-1_v2",
    "Standard_D4as_v5",
    "Standard_E4-2ds_v5",
    "Standard_F2s",
    "Standard_FX4mds",
    "Standard_L8s_v3",
    "Standard_NC4as_T4_v3",
    "Standard_HB120rs_v3",
    "Standard_B2s_v2",
    "Standard_B12ms",
    "standard_d2s_v5",
  ].map((size): [string, Record<string, unknown>, string[]] => [
    `${size}, with Trusted Launch, Premium disks and accelerated networking`,
    { size },
    [],
  ]),
  ...["Standard_D2_v5", "Standard_D2d_v5", "Standard_D4a_v4", "Standard_E2_v3", "Standard_F2"].map(
    (size): [string, Record<string, unknown>, string[]] => [
      `${size}, without Premium disks`,
      { size },
      ["premium-disk-size machines.size"],
    ],
  ),
  ["the same with other disks", { size: "Standard_D2_v5", osDiskType: "StandardSSD_LRS" }, []],
  [
    "the same with a Premium disk for data",
    { size: "Standard_D2_v5", osDiskType: "StandardSSD_LRS", dataDisks: [{ lun: 0, sizeGb: 64 }] },
    ["premium-disk-size machines.size"],
  ],
  ...["Standard_B2ms", "Standard_B2s", "Standard_B1ls", "Standard_DS1_v2", "Standard_F1s"].map(
    (size): [string, Record<string, unknown>, string[]] => [
      `${size}, without accelerated networking`,
      { size },
      ["accelerated-networking-size machines.acceleratedNetworking"],
    ],
  ),
  ["as many data disks as a size takes", { dataDisks: disks(4) }, []],
  ["one more", { dataDisks: disks(5) }, ["data-disk-count machines.dataDisks"]],
  ["the same of a larger size", { size: "Standard_E4-2ds_v5", dataDisks: disks(8) }, []],
  [
    "as many as there can be",
    { size: "Standard_F72s_v2", dataDisks: disks(33) },
    ["data-disk-count machines.dataDisks"],
  ],
  ["many on a size that isn't known", { size: "Standard_L8s_v3", dataDisks: disks(40) }, []],
  ["a burstable size without accelerated networking", { size: "Standard_B2ms", acceleratedNetworking: false }, []],
  [
    "zones to balance over, of which there is one",
    { zones: ["1"], zoneRebalance: true },
    ["zone-rebalance machines.zoneRebalance"],
  ],
  ["one zone", { zones: ["1"] }, []],
  [
    "a grace shorter than boot and install",
    { repairs: { graceMinutes: 11 } },
    ["repair-grace machines.repairs.graceMinutes"],
  ],
  ["a longer one", { repairs: { graceMinutes: 60 } }, []],
  ["the same without repairs", { repairs: { enabled: false, graceMinutes: 11 } }, []],
  [
    "a notice shorter than Azure's least",
    { terminateNotification: { minutes: 4 } },
    ["range machines.terminateNotification.minutes"],
  ],
  [
    "a notice longer than Azure's most",
    { terminateNotification: { minutes: 16 } },
    ["range machines.terminateNotification.minutes"],
  ],
  ...["forty minutes", "90", "1h 30m", "0s", "-1h", "PT1H"].map(
    (create): [string, Record<string, unknown>, string[]] => [
      `a time-out of ${create}, which isn't a duration`,
      { customTimeouts: { create } },
      ["pattern machines.customTimeouts.create"],
    ],
  ),
  ["time-outs in Go's form", { customTimeouts: { create: "90m", update: "1h30m", delete: "5400.5s" } }, []],
  ["autoscale", { autoscale: SCALE }, []],
  ["autoscale without a maximum", { autoscale: {} }, ["required machines.autoscale.maximum"]],
  [
    "a minimum that an update goes below",
    { autoscale: { ...SCALE, minimum: 2 } },
    ["autoscale-minimum machines.autoscale.minimum"],
  ],
  [
    "a maximum below the minimum",
    { count: 5, autoscale: { minimum: 5, maximum: 4 } },
    ["autoscale-limits machines.autoscale.maximum", "autoscale-count machines.autoscale.minimum"],
  ],
  [
    "a scale-in that calls for a scale-out",
    { autoscale: { ...SCALE, cpuAbovePercent: 60, cpuBelowPercent: 50 } },
    ["autoscale-flapping machines.autoscale.cpuBelowPercent"],
  ],
  [
    "schedules one after the other",
    { autoscale: { ...SCALE, schedules: [day("a", "08:00", "12:00"), day("b", "12:00", "18:00")] } },
    [],
  ],
  ...["W. Europe Standard Time", "UTC", "UTC-11", "Central Standard Time (Mexico)", "Russia Time Zone 10"].map(
    (timeZone): [string, Record<string, unknown>, string[]] => [
      `the time zone ${timeZone}`,
      { autoscale: { ...SCALE, timeZone } },
      [],
    ],
  ),
  ...["Europe/Berlin", "CET", "(UTC+01:00) Berlin", "w. europe", ""].map(
    (timeZone): [string, Record<string, unknown>, string[]] => [
      `${JSON.stringify(timeZone)}, which isn't one of Windows' time zones`,
      { autoscale: { ...SCALE, timeZone } },
      ["pattern machines.autoscale.timeZone"],
    ],
  ),
  [
    "schedules at the same time",
    { autoscale: { ...SCALE, schedules: [day("a", "08:00", "12:00"), day("b", "11:59", "18:00")] } },
    ["schedule-overlap machines.autoscale.schedules[1]"],
  ],
  [
    "a schedule over midnight",
    { autoscale: { ...SCALE, schedules: [day("a", "22:00", "06:00")] } },
    ["schedule-hours machines.autoscale.schedules[0].until"],
  ],
  [
    "a schedule with the name of the usual limits",
    { autoscale: { ...SCALE, schedules: [day("Always", "08:00", "12:00")] } },
    ["unique machines.autoscale.schedules[0].name"],
  ],
  [
    "two schedules of one name",
    { autoscale: { ...SCALE, schedules: [day("a", "08:00", "12:00"), day("A", "13:00", "18:00")] } },
    ["unique machines.autoscale.schedules[1].name"],
  ],
];

describe("what is found about machines", () => {
  for (const [title, machines, findings] of MACHINES) {
    it(`${findings.length === 0 ? "nothing" : findings.join(", ")}: ${title}`, () => {
      expect(rulesOf({ machines })).to.deep.equal(findings);
    });
  }

  it("single machines have none of what Azure does for scale sets only", () => {
    const machines = { zoneRebalance: true, upgrade: {}, repairs: {}, terminateNotification: {}, autoscale: SCALE };
    expect(rulesOf({ compute: "machines", machines })).to.deep.equal(
      ["zoneRebalance", "upgrade", "repairs", "terminateNotification", "autoscale"].map(
        (name) => `compute machines.${name}`,
      ),
    );
    expect(rulesOf({ compute: "machines", machines: { count: 11, minimumActive: 2 } })).to.deep.equal([
      "compute machines.count",
    ]);
    expect(rulesOf({ compute: "machines", machines: { availability: "availabilitySet" } })).to.deep.equal([]);
  });

  it("a scale set has no availability set", () => {
    expect(rulesOf({ machines: { availability: "zones" } })).to.deep.equal(["compute machines.availability"]);
  });
});
