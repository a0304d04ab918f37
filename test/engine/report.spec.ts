import { readPreview } from "@windows-ha/report";
import { predictSwitchover } from "@windows-ha/spec";
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../support/command";
import { expectAsRecorded, previewFixture } from "../support/preview-fixtures";
import { CLI, REPOSITORY, SandboxStack } from "../support/sandbox-stack";

const PREVIEW = ["preview", "--json", "--show-sames", "--show-replacement-steps", "--stack", "dev"];
const METRICS = { rules: [{ name: "metrics", port: 9090, sources: ["203.0.113.0/24"] }] };
const IMAGE = {
  publisher: "MicrosoftWindowsServer",
  offer: "WindowsServer",
  sku: "2022-datacenter-g2",
  version: "latest",
};

/** Settings of the reference stack, by the name of the preview that they lead to. */
const CHANGES: Record<string, Record<string, unknown>> = {
  "no-change": {},
  "done-when": { loadBalancer: { probe: { intervalSeconds: 10 } }, firewall: METRICS, machines: { image: IMAGE } },
  replace: { machines: { zones: ["1", "2"] } },
  autoscale: { machines: { size: "Standard_D4s_v5", autoscale: { minimum: 3, maximum: 9 } } },
  public: { loadBalancer: { public: true, internal: false, allowFrom: ["Internet"] } },
  errored: { loadBalancer: { port: "no" } },
};

describe("a report on previews of the real engine", function () {
  this.timeout(300_000);
  const stack = new SandboxStack();
  const set = async (settings: Record<string, unknown>): Promise<void> => {
    for (const key of ["loadBalancer", "firewall", "machines"]) {
      if (key in settings) await stack.pulumi(["config", "set", key, JSON.stringify(settings[key]), "--stack", "dev"]);
      else await stack.tryPulumi(["config", "rm", key, "--stack", "dev"]);
    }
  };

  before(() => stack.create({ "stop.drainSeconds": "1" }));
  after(() => stack.remove());

  it("reads the first preview of a stack", async () => {
    expectAsRecorded("create", await stack.pulumi(PREVIEW), stack.folder);
    await stack.up();
  });

  for (const [name, settings] of Object.entries(CHANGES)) {
    it(`reads a preview as it was recorded: ${name}`, async () => {
      await set(settings);
      const { code, stdout } = await stack.tryPulumi(PREVIEW);
      expect(code).to.equal(name === "errored" ? 1 : 0);
      expectAsRecorded(name, stdout, stack.folder);
    });
  }

  it("reads the preview of a teardown", async () => {
    await set({});
    const { stdout } = await stack.tryPulumi(["destroy", "--preview-only", "--json", "--stack", "dev"]);
    expectAsRecorded("destroy", stdout, stack.folder);
  });

  it("says of a longer probe interval, an opened port and another image what then happens", async () => {
    await set(CHANGES["done-when"]!);
    const run = [CLI, "sandbox", "exec", "--", process.execPath, CLI, "report", "--run", "--fail-on", "interrupt"];
    const pulumi = ["--", "--stack", "dev", "--config-file", stack.config];
    const { code, stdout, stderr } = await command(process.execPath, [...run, ...pulumi], {
      cwd: stack.project,
      env: stack.env,
    });
    expect(stderr).not.to.contain("error:");
    expect(code).to.equal(0);
    expect(stdout.split("\n").length, stdout).to.be.lessThan(25);
    expect(stdout).to.contain(
      "3 updates: orders-machines rolls 3 machines, 1 at a time (≥ 2 of 3 serve, if all are healthy now)",
    );
    expect(stdout)
      .to.contain("1 of 1 touched")
      .and.to.contain("+ TCP 9090 from 203.0.113.0/24 (rule metrics of orders-firewall)");
    const worst = (intervalSeconds: number): number =>
      Math.max(
        ...predictSwitchover({
          probe: { intervalSeconds, threshold: 2 },
          machines: 3,
          zones: 3,
          drainSeconds: 1,
        }).map(({ worstSeconds }) => worstSeconds!),
      );
    expect(stdout).to.contain(`at worst ${worst(5)} s → ${worst(10)} s: misses the mark of 30 s`);

    await stack.up();
    const log = readFileSync(join(stack.sandbox, "daemon.log"), "utf8");
    const batches = [...log.matchAll(/rolling upgrade: batch (\d) of (\d): (.+)/g)].map(([, batch, of, names]) => ({
      batch,
      of,
      names,
    }));
    expect(batches.map(({ batch, of }) => `${batch} of ${of}`)).to.deep.equal(["1 of 3", "2 of 3", "3 of 3"]);
    const machines = (await stack.machines()).map(({ name }) => name);
    expect(batches.map(({ names }) => names!.trim()).sort()).to.deep.equal(machines.sort());
  });

  it("names the port that was opened, and no other", async () => {
    const state = join(stack.folder, "state.json");
    writeFileSync(state, await stack.pulumi(["stack", "export", "--stack", "dev"]));
    const isAllowed = async (from: string, port: string): Promise<boolean> =>
      (await command(process.execPath, [CLI, "explain", "firewall", "--from", from, "--port", port, "--state", state]))
        .code === 0;
    expect(await isAllowed("203.0.113.9", "9090")).to.equal(true);
    expect(await isAllowed("203.0.113.9", "9091")).to.equal(false);
    expect(await isAllowed("198.51.100.9", "9090")).to.equal(false);
  });

  it("knows from a state what a preview leaves out", async () => {
    await set({ ...CHANGES["done-when"], machines: { image: { ...IMAGE, sku: "2022-datacenter-azure-edition" } } });
    const [short, state] = [
      await stack.pulumi(["preview", "--json", "--stack", "dev"]),
      await stack.pulumi(["stack", "export", "--stack", "dev"]),
    ];
    const rolled = (report: ReturnType<typeof readPreview>) =>
      report.rollouts.map(({ machines, leastInService }) => [machines, leastInService]);
    expect(rolled(readPreview(short))).to.deep.equal([[undefined, undefined]]);
    expect(rolled(readPreview(short, { state }))).to.deep.equal([[3, 2]]);
  });
});

describe("a report on single machines", function () {
  this.timeout(150_000);
  const stack = new SandboxStack(join(REPOSITORY, "examples/machines"));

  before(async () => {
    await stack.create();
    await stack.setFiles();
    await stack.up();
  });
  after(() => stack.remove());

  it("says that they change one after the other", async () => {
    await stack.set("logLevel", "debug");
    const preview = await stack.pulumi(PREVIEW);
    expectAsRecorded("machines", preview, stack.folder);
    expect(readPreview(preview).verdict).to.equal(
      "2 updates: orders rolls 2 machines, 1 at a time (≥ 1 of 2 serve, if all are healthy now).",
    );
  });
});

describe("a report on a program without windows-ha", function () {
  this.timeout(120_000);
  const stack = new SandboxStack(join(__dirname, "programs/plain"));

  before(async () => {
    await stack.create();
    await stack.up();
  });
  after(() => stack.remove());

  it("reads replacements, secrets and hostile names as they were recorded", async () => {
    await stack.set("generation", "2");
    const preview = await stack.pulumi(PREVIEW);
    expectAsRecorded("plain", preview, stack.folder);
    expect(JSON.stringify(readPreview(preview))).not.to.contain("canary-7f3a9c");
  });

  it("reads the streaming form to the same counts", async () => {
    const { stdout } = await stack.tryPulumi(PREVIEW, { env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" } });
    const [streamed, whole] = [readPreview(stdout), readPreview(previewFixture("plain"))];
    expect(stdout).to.match(/^\{"sequence":0/);
    expect(streamed.counts).to.deep.equal(whole.counts);
    expect(streamed.changes.map(({ name, effect }) => `${name} ${effect}`)).to.deep.equal(
      whole.changes.map(({ name, effect }) => `${name} ${effect}`),
    );
    expect(JSON.stringify(streamed)).not.to.contain("canary-7f3a9c");
  });
});
