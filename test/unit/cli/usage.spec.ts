import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runHere, temporaryFolder } from "./support";

describe("windows-ha", () => {
  const folder = temporaryFolder();

  const MISUSE: { argv: string[]; says: string }[] = [
    { argv: ["sandbox", "exec"], says: "missing required argument 'command'" },
    { argv: ["sandbox", "exec", "--"], says: "missing required argument 'command'" },
    { argv: ["sandbox"], says: "Usage: windows-ha sandbox" },
    { argv: ["sandbox", "stauts"], says: "Did you mean status?" },
    { argv: ["sandbox", "status", "--wat"], says: "unknown option '--wat'" },
    { argv: ["sandbox", "stop-machine"], says: "missing required argument 'name'" },
    { argv: ["sandbox", "logs", "--lines", "many"], says: "whole number" },
    { argv: ["sandbox", "publish"], says: "give either a Windows build" },
    { argv: ["status"], says: "Did you mean sandbox status?" },
    { argv: ["explian"], says: "Did you mean explain?" },
    { argv: ["build", "--version", "v1.4"], says: "(windows-ha build --help shows what there is)" },
    { argv: ["sandbox", "machines", "--jsno"], says: "Did you mean --json?" },
    { argv: [], says: "Usage: windows-ha" },
  ];
  for (const { argv, says } of MISUSE) {
    it(`ends with 2 for "${argv.join(" ")}", and says why`, async () => {
      const { code, err } = await runHere(argv, folder());
      expect(err).to.contain(says);
      expect(code).to.equal(2);
    });
  }

  for (const argv of [["--help"], ["--version"], ["sandbox", "--help"], ["sandbox", "exec", "--help"]]) {
    it(`answers "${argv.join(" ")}" and ends with 0`, async () => {
      const { code, out, err } = await runHere(argv, folder());
      expect({ code, err }).to.deep.equal({ code: 0, err: "" });
      expect(out).to.match(argv[0] === "--version" ? /^\d+\.\d+\.\d+\n$/ : /^Usage: /);
    });
  }

  for (const argv of [["status"], ["machines"], ["stop-machine", "m0"], ["start-machine", "m0"], ["logs", "m0"]]) {
    it(`ends "sandbox ${argv.join(" ")}" with 3 and one sentence when no sandbox runs`, async () => {
      const { code, out, err } = await runHere(["sandbox", ...argv], folder());
      expect({ code, out }).to.deep.equal({ code: 3, out: "" });
      expect(err).to.match(/^error: no sandbox runs in .*\. Start it with: windows-ha sandbox exec -- pulumi up\n$/);
    });
  }

  it("prints what is wrong with the command line as data where --json is in it", async () => {
    const { code, out, err } = await runHere(["sandbox", "machines", "--json", "--wat"], folder());
    const message = "unknown option '--wat'";
    expect(JSON.parse(out)).to.deep.equal({ error: { code: "usage", exitCode: 2, message } });
    expect({ code, said: err.split("\n")[0] }).to.deep.equal({ code: 2, said: `error: ${message}` });
    const group = await runHere(["sandbox", "--json"], folder());
    expect(JSON.parse(group.out)).to.have.nested.property("error.code", "usage");
    const other = await runHere(["sandbox", "exec", "--wat", "--", "true", "--json"], folder());
    expect(other.out).to.equal("");
  });

  it("says that no sandbox runs as data, and that none had to be ended", async () => {
    const status = await runHere(["sandbox", "status", "--json"], folder());
    expect(status.code).to.equal(3);
    expect(JSON.parse(status.out)).to.have.nested.property("error.code", "not-running");
    const down = await runHere(["sandbox", "down", "--json", "--folder", "here"], folder());
    expect(JSON.parse(down.out)).to.deep.equal({ folder: join(folder(), "here"), ran: false, removed: false });
  });

  it("finds the sandbox of the project around the current folder", async () => {
    const inside = join(folder(), "deep", "inside");
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(folder(), "Pulumi.yaml"), "");
    const expected = join(folder(), ".windows-ha", "sandbox");
    expect((await runHere(["sandbox", "status"], inside)).err).to.contain(`runs in ${expected}.`);
  });

  it("takes the sandbox's folder from --folder, else from WINDOWS_HA_SANDBOX", async () => {
    const env = { WINDOWS_HA_SANDBOX: "/from/variable" };
    expect((await runHere(["sandbox", "status"], folder(), { env })).err).to.contain("runs in /from/variable.");
    const both = await runHere(["sandbox", "status", "--folder", "/from/option"], folder(), { env });
    expect(both.err).to.contain("runs in /from/option.");
  });

  it("shows where an error comes from only when asked", async () => {
    const plain = await runHere(["sandbox", "status"], folder());
    expect(plain.err).not.to.contain("    at ");
    const debug = await runHere(["sandbox", "status"], folder(), { env: { WINDOWS_HA_DEBUG: "1" } });
    expect(debug.err).to.contain("    at ");
  });

  it("reports what a file lacks before anything starts", async () => {
    const { code, err } = await runHere(["sandbox", "publish", "dist/orders.exe"], folder());
    expect(code).to.equal(1);
    expect(err)
      .to.contain(`error: ${join(folder(), "dist", "orders.exe")} does not exist`)
      .and.not.to.contain("starting");
  });
});
