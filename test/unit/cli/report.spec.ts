import { expect } from "chai";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { previewFixture } from "../../support/preview-fixtures";
import { outcomeOf, runHere, spawnCommand, temporaryFolder } from "./support";

describe("windows-ha report", () => {
  const folder = temporaryFolder();
  const preview = (name: string): string => {
    const path = join(folder(), `${name}.json`);
    writeFileSync(path, previewFixture(name));
    return path;
  };
  const report = (name: string, ...options: string[]) =>
    runHere(["report", "--preview", preview(name), ...options], folder());

  it("prints what the preview means, in colours only on a terminal", async () => {
    const { code, out, err } = await report("done-when");
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    expect(out).to.match(/^windows-ha\/dev {2}3 updates: orders-machines rolls 3 machines/);
    expect(out).not.to.contain("\u001b");
    const colored = await runHere(["report", "--preview", preview("done-when")], folder(), { color: true });
    expect(colored.out).to.contain("\u001b[");
  });

  const FORMATS: [format: string, begins: RegExp][] = [
    ["terminal", /^windows-ha\/dev /],
    ["markdown", /^### `windows-ha\/dev`\n/],
    ["html", /^<!doctype html>\n/],
    ["json", /^\{\n {2}"reportVersion": 1,/],
  ];
  for (const [format, begins] of FORMATS) {
    it(`writes ${format}, to standard output or into a file`, async () => {
      expect((await report("done-when", "--format", format)).out).to.match(begins);
      const { code, out } = await report("done-when", "--format", format, "--output", "report.out");
      expect({ code, out }).to.deep.equal({ code: 0, out: "" });
      expect(readFileSync(join(folder(), "report.out"), "utf8")).to.match(begins);
    });
  }

  it("shows every property with --details", async () => {
    const property = "virtualMachineProfile.storageProfile.imageReference.sku";
    expect((await report("done-when")).out).not.to.contain(property);
    expect((await report("done-when", "--details")).out).to.contain(property);
  });

  const POLICIES: [preview: string, policies: string, code: number, says: string[]][] = [
    ["done-when", "replace,interrupt,delete,refused", 0, []],
    [
      "done-when",
      "port-opened",
      5,
      ["fail-on port-opened: TCP 9090 from 203.0.113.0/24 (rule metrics of orders-firewall)"],
    ],
    ["replace", "replace", 5, ["fail-on replace: orders-machines"]],
    [
      "public",
      "delete, interrupt",
      5,
      ["fail-on delete: orders-load-balancer", "fail-on interrupt: orders-load-balancer: it is deleted"],
    ],
    ["autoscale", "interrupt", 5, ["fail-on interrupt: orders-machines: capacity unknown: autoscale decides"]],
    ["no-change", "replace,delete,interrupt,port-opened,refused", 0, []],
  ];
  for (const [name, policies, code, says] of POLICIES) {
    it(`ends ${name} with ${code} under --fail-on ${policies}, and prints the report all the same`, async () => {
      const outcome = await report(name, "--fail-on", policies);
      expect(outcome.code).to.equal(code);
      expect(outcome.out).to.match(/^windows-ha\/dev /);
      const lines = outcome.err.trim().split("\n").filter(Boolean);
      expect(lines.length).to.equal(says.length);
      says.forEach((text, index) =>
        expect(lines[index]).to.match(new RegExp(`^${text.replaceAll(/[()./]/g, "\\$&")}`)),
      );
    });
  }

  it("ends with 1 when the preview itself failed, and shows why", async () => {
    const { code, out, err } = await report("errored", "--fail-on", "replace");
    expect(code).to.equal(1);
    expect(out).to.contain('loadBalancer.port is "no"');
    expect(err).to.equal("error: the preview itself failed\n");
  });

  const MISUSE: [args: string[], code: number, message: RegExp][] = [
    [[], 2, /give either --preview or --run/],
    [["--preview", "a.json", "--run"], 2, /give either --preview or --run/],
    [["--preview", "a.json", "--", "--stack", "dev"], 2, /arguments for pulumi need --run/],
    [
      ["--preview", "a.json", "--fail-on", "replace,boom"],
      2,
      /boom: allowed are replace, delete, interrupt, port-opened, refused/,
    ],
    [["--preview", "a.json", "--format", "pdf"], 2, /Allowed choices are terminal, markdown, html, json/],
    [["--preview", "gone.json"], 1, /gone\.json can't be read/],
  ];
  for (const [args, code, message] of MISUSE) {
    it(`ends "${args.join(" ")}" with ${code}, and says why`, async () => {
      const outcome = await runHere(["report", ...args], folder());
      expect(outcome.err).to.match(message);
      expect(outcome.code).to.equal(code);
    });
  }

  it("says how to make a preview when the file is something else", async () => {
    writeFileSync(join(folder(), "text.json"), "Previewing update (dev)\n");
    const { code, err } = await runHere(["report", "--preview", "text.json"], folder());
    expect(err).to.match(
      /isn't JSON: .*Run `pulumi preview --json --show-sames --show-replacement-steps > preview\.json`/,
    );
    expect(code).to.equal(1);
  });

  it("learns from a state what a preview leaves out", async () => {
    const { steps, ...rest } = JSON.parse(previewFixture("done-when")) as {
      steps: { op: string; oldState: unknown }[];
    };
    const resources = steps.map(({ oldState }) => oldState);
    writeFileSync(
      join(folder(), "short.json"),
      JSON.stringify({ ...rest, steps: steps.filter(({ op }) => op !== "same") }),
    );
    writeFileSync(join(folder(), "state.json"), JSON.stringify({ version: 3, deployment: { resources } }));
    const short = ["report", "--preview", "short.json"];
    expect((await runHere(short, folder())).out).to.contain("an unknown number of machines");
    expect((await runHere([...short, "--state", "state.json"], folder())).out).to.contain("≥ 2 of 3 serve");
  });

  /** A `pulumi` on PATH that notes how it was called and prints a file. */
  function fakePulumi(code: number, output?: string): NodeJS.ProcessEnv {
    const bin = join(folder(), "bin");
    mkdirSync(bin, { recursive: true });
    const print = output === undefined ? "echo 'error: no stack selected' >&2" : `cat '${output}'`;
    writeFileSync(join(bin, "pulumi"), `#!/bin/sh\necho "$@" > "${folder()}/called"\n${print}\nexit ${code}\n`);
    chmodSync(join(bin, "pulumi"), 0o755);
    return { PATH: [bin, process.env.PATH].join(delimiter) };
  }

  it("runs the preview itself, with what follows --", async () => {
    const env = fakePulumi(0, preview("done-when"));
    const { code, out, err } = await outcomeOf(
      spawnCommand(["report", "--run", "--", "--stack", "dev"], folder(), env),
    );
    expect(code).to.equal(0);
    expect(out).to.match(/^windows-ha\/dev {2}3 updates/);
    expect(err).to.contain("report: pulumi preview --json");
    expect(readFileSync(join(folder(), "called"), "utf8").trim()).to.equal(
      "preview --json --show-sames --show-replacement-steps --non-interactive --stack dev",
    );
  });

  it("shows Pulumi's own words when there is no preview", async () => {
    const { code, out, err } = await outcomeOf(spawnCommand(["report", "--run"], folder(), fakePulumi(255)));
    expect({ code, out }).to.deep.equal({ code: 1, out: "" });
    expect(err)
      .to.contain("error: no stack selected")
      .and.to.contain("pulumi printed no preview: see its messages above");
  });

  it("ends with 127 when there is no pulumi", async () => {
    const env = { PATH: folder() };
    const { code, err } = await outcomeOf(spawnCommand(["report", "--run"], folder(), env));
    expect(err).to.contain('can\'t start "pulumi": no such command on PATH. Install the Pulumi CLI');
    expect(code).to.equal(127);
  });

  it("reads a preview from standard input", async () => {
    const child = spawnCommand(["report", "--preview", "-"], folder(), {}, "pipe");
    child.stdin!.end(previewFixture("no-change"));
    const { code, out } = await outcomeOf(child);
    expect(out).to.equal("windows-ha/dev  Nothing changes.\n");
    expect(code).to.equal(0);
  });
});
