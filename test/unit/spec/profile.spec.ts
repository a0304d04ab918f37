import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  applyProfile,
  clusterFacts,
  DEFAULTS,
  predictCluster,
  resolveCluster,
  type ClusterPrediction,
  type ClusterSpec,
  type Finding,
} from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

const single = (changes: Changes = {}): Record<string, unknown> => clusterArguments({ profile: "single", ...changes });
const findingsOf = (changes: Changes): readonly Finding[] => resolveCluster(single(changes)).findings;
function specOf(args: Record<string, unknown>): ClusterSpec {
  const { spec, findings } = resolveCluster(args);
  expect(findings).to.deep.equal([]);
  return spec!;
}

/** Arguments that don't go with one machine, and what is found. */
const CONFLICTS: [Changes, ...string[]][] = [
  [{ machines: { count: 3 } }, "range machines.count"],
  [{ machines: { count: 0 } }, "range machines.count"],
  [{ machines: { zones: ["1", "2"] } }, "length machines.zones"],
  [{ machines: { zones: [] } }, "length machines.zones"],
  [{ machines: { minimumActive: 1 } }, "unknown-property machines.minimumActive"],
  [{ compute: "scaleSet" }, "one-of compute"],
  ...["upgrade", "repairs", "terminateNotification"].map((name): [Changes, string] => [
    { machines: { [name]: {} } },
    `compute machines.${name}`,
  ]),
  [{ machines: { zoneRebalance: false } }, "compute machines.zoneRebalance"],
  [
    { compute: "scaleSet", machines: { count: 2, zones: ["1", "3"], minimumActive: 1 } },
    "one-of compute",
    "unknown-property machines.minimumActive",
    "range machines.count",
    "length machines.zones",
  ],
  [{ machines: { count: 1, zones: ["2"], osDiskType: "Premium_LRS", size: "Standard_D4s_v5" } }],
];

describe('profile "single"', () => {
  it("is one machine with its own defaults, and leaves the others alone", () => {
    const { machines: one, service, profile, compute, ...others } = specOf(single());
    const several = specOf(clusterArguments());
    expect({ profile, compute, stop: service.stop }).to.deep.equal({
      profile: "single",
      compute: "machines",
      stop: { drainSeconds: 0, stopSeconds: 60, killSeconds: 10 },
    });
    expect(one).to.deep.equal({
      ...several.machines,
      count: 1,
      minimumActive: 0,
      zones: ["1"],
      zoneRebalance: false,
      osDiskType: "StandardSSD_LRS",
    });
    const { network, firewall, loadBalancer } = several;
    expect(others).to.deep.include({ network, firewall, loadBalancer });
  });

  it("keeps what was given", () => {
    const { machines, service } = specOf(
      single({
        service: { stop: { drainSeconds: 15 } },
        machines: { zones: ["3"], osDiskType: "Premium_ZRS", size: "Standard_D4s_v5" },
      }),
    );
    expect(machines).to.include({ count: 1, osDiskType: "Premium_ZRS", size: "Standard_D4s_v5" });
    expect(machines.zones).to.deep.equal(["3"]);
    expect(service.stop).to.deep.equal({ drainSeconds: 15, stopSeconds: 60, killSeconds: 10 });
  });

  it("takes an argument that is there but undefined for one that wasn't given", () => {
    const { machines } = specOf(single({ compute: undefined, machines: { osDiskType: undefined, count: undefined } }));
    expect(machines).to.include({ count: 1, osDiskType: "StandardSSD_LRS" });
  });

  it("names no zone for an availability set, which Azure places", () => {
    const args = applyProfile(single({ machines: { availability: "availabilitySet" } }));
    expect(args["machines"]).to.deep.equal({
      availability: "availabilitySet",
      count: 1,
      osDiskType: "StandardSSD_LRS",
    });
    expect(args["artifactStore"]).to.deep.equal({ redundancy: "Standard_LRS" });
  });

  it("changes nothing of the arguments that it was given, and nothing when it is applied again", () => {
    const args = single({ machines: { size: "Standard_D4s_v5" } });
    const before = structuredClone(args);
    const applied = applyProfile(args);
    expect(args).to.deep.equal(before);
    expect(applyProfile(applied)).to.deep.equal(applied);
  });

  it("is taken only by name", () => {
    for (const args of [clusterArguments(), clusterArguments({ profile: "highlyAvailable" })]) {
      expect(applyProfile(args)).to.equal(args);
    }
    expect(resolveCluster(clusterArguments({ profile: "Single" })).findings.map(({ rule }) => rule)).to.deep.equal([
      "one-of",
    ]);
    expect(
      resolveCluster(clusterArguments({ profile: pulumi.output("single") })).findings.map(({ rule }) => rule),
    ).to.deep.equal(["not-plain"]);
  });

  for (const [changes, ...expected] of CONFLICTS) {
    it(`finds ${expected.join(", ") || "nothing"} in ${JSON.stringify(changes)}`, () => {
      expect(findingsOf(changes).map(({ rule, path }) => `${rule} ${path}`)).to.have.members(expected);
    });
  }

  it("says in every finding how to get several machines", () => {
    for (const [changes, ...expected] of CONFLICTS) {
      const fixes = findingsOf(changes).map(({ fix }) => fix);
      expect(fixes).to.have.lengthOf(expected.length);
      for (const fix of fixes) expect(fix).to.contain("leave profile out");
    }
  });

  it("finds values that aren't known, and values of a wrong kind, like any other cluster", () => {
    expect(findingsOf({ machines: pulumi.output({ count: 1 }) }).map(({ rule }) => rule)).to.deep.equal(["not-plain"]);
    expect(findingsOf({ machines: 3 }).map(({ rule }) => rule)).to.deep.equal(["type"]);
    expect(findingsOf({ machines: { count: pulumi.output(1) } }).map(({ rule }) => rule)).to.deep.equal(["not-plain"]);
    for (const args of [undefined, null, "single", ["single"]]) expect(applyProfile(args)).to.equal(args);
  });

  it("is told to the engine as one machine of which none stays active, with no fault that is survived", () => {
    expect(clusterFacts(specOf(single()))).to.deep.include({
      capacity: 1,
      minimumActive: 0,
      zones: ["1"],
      predictedSeconds: {},
    });
  });
});

const PAGE = readFileSync(join(__dirname, "../../../docs/concepts/profiles.md"), "utf8");

/** Rows of the table below a comment, without its heading. */
function tableOf(comment: string): string[][] {
  const [, after = ""] = PAGE.split(`<!-- ${comment} -->`);
  const lines = after.trimStart().split("\n");
  const table = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("|")),
  );
  return table.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Every value of a tree of objects, by its path. */
function leavesOf(value: unknown, path: string): [path: string, value: string][] {
  if (Array.isArray(value)) return [[path, value.join(", ")]];
  if (typeof value !== "object" || value === null) return [[path, `${value as string | number | boolean}`]];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, path === "" ? name : `${path}.${name}`));
}

describe("the page about profiles", () => {
  it("lists every default that the profile changes, with both values", () => {
    const several = new Map(leavesOf(specOf(clusterArguments()), ""));
    const expected = leavesOf(DEFAULTS.single, "").map(([path, value]) => [
      `\`${path}\``,
      several.get(path) ?? "from the probe",
      value,
    ]);
    expect(tableOf("DEFAULTS.single").map((row) => row.slice(0, 3))).to.deep.equal(expected);
  });

  it("has the numbers that the models have", () => {
    const both = [clusterArguments(), single()].map((args) => predictCluster(specOf(args)));
    const of = (title: string, read: (prediction: ClusterPrediction) => unknown): string[] => [
      title,
      ...both.map((prediction) => String(read(prediction))),
    ];
    const faults = both[0]!.switchover.length;
    expect(tableOf("predictCluster")).to.deep.equal([
      of("USD a month", ({ monthlyCost }) => monthlyCost.usdPerMonth),
      of("promised by Azure, percent", ({ sla }) => sla.percent),
      of("minutes of outage a month in that", ({ sla }) => sla.minutesPerMonth),
      of(
        `faults that are survived, of ${faults}`,
        ({ switchover }) => switchover.filter(({ worstSeconds }) => worstSeconds !== undefined).length,
      ),
    ]);
  });
});
