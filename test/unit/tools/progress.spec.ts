import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { duration, expectSuccess, openLog, steps } from "../../../tools/lib/progress.mjs";

describe("the progress of a command", () => {
  it("is one numbered line per step where no person watches", async () => {
    let text = "";
    const ui = steps(2, { write: (part: string) => (text += part) });
    await ui.step("Tools", (step) => {
      step.detail("half");
      step.note("one way failed");
      step.done("in place");
      return Promise.resolve();
    });
    const failed = ui.step("Build", () => Promise.reject(new Error("it broke")));
    expect(await failed.catch((error: Error) => error.message)).to.equal("it broke");
    expect(text).to.equal("      one way failed\n[1/2] Tools … in place\n[2/2] Build … failed (0 s)\n");
  });

  it("spells durations for people", () => {
    expect([0, 59, 60, 200].map(duration)).to.deep.equal(["0 s", "59 s", "1 min", "3 min 20 s"]);
  });

  it("ends with the last lines of a program that failed, and where all of them are", () => {
    const result = { code: 3, endedBy: null, timedOut: false, tail: ["the last line"] };
    expect(() => void expectSuccess("The build", result, "/logs/it.log"))
      .to.throw("The build ended with exit code 3.")
      .that.includes({ log: "/logs/it.log" })
      .and.has.deep.property("tail", ["the last line"]);
    expect(() => void expectSuccess("The build", { ...result, timedOut: true }, "")).to.throw(
      "The build took too long.",
    );
    expect(expectSuccess("The build", { ...result, code: 0 }, "")).to.include({ code: 0 });
  });

  it("keeps the newest logs only", async () => {
    const folder = mkdtempSync(join(tmpdir(), "windows-ha-logs-"));
    try {
      for (let day = 10; day < 40; day += 1) writeFileSync(join(folder, `202001${day}-000000-1-test.log`), "");
      const log = openLog("test", folder);
      await new Promise((resolve) => log.stream.end(resolve));
      const left = readdirSync(folder).sort();
      expect(left)
        .to.have.length(20)
        .and.include("20200139-000000-1-test.log")
        .and.not.include("20200110-000000-1-test.log");
      expect(join(folder, left.at(-1)!)).to.equal(log.path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
