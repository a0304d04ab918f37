import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { windowsBuild } from "../support/windows-build";
import { windowsMachine, type WindowsMachine } from "../support/windows-machine";

/** Each for a reason that its own words say: `lacks_wine_windows_test.go`. */
const NOT_UNDER_WINE = [
  "settings_can_be_changed_while_the_service_runs",
  "a_service_can_be_created_with_unusual_settings",
  "required_privileges_and_dependencies_are_replaced,_not_added",
  "the_recovery_of_a_service_outlives_a_kill_and_a_start",
  "a_service_that_doesn't_stop_in_time_can_be_killed_and_stays_down",
];

/** What the agent asks of every service manager, asked of the service control manager of a Windows machine. */
describe("the service control manager", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-contract-"));
  const machine: WindowsMachine = windowsMachine({});

  const tests = join(folder, "winscm.test.exe");
  const nameRules = join(folder, "nrpt.test.exe");

  before(async () => {
    await machine.boot();
    await Promise.all([
      windowsBuild("packages/agent", "./internal/winscm", tests, { tags: machine.buildTags, test: true }),
      windowsBuild("packages/agent", "./internal/nrpt", nameRules, { test: true }),
      windowsBuild("packages/agent", "./internal/testservice", join(folder, "testservice.exe")),
    ]);
  });
  after(async () => {
    await machine.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("keeps the contract", async () => {
    const { code, stdout, stderr } = await machine.run(tests, ["-test.v"], {
      WINDOWS_HA_TEST_PROGRAMS: machine.path(folder),
    });
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout).to.match(/--- PASS: TestManagerKeepsTheContract/);
    const skipped = [...stdout.matchAll(/--- SKIP: TestManagerKeepsTheContract\/(\S+)/g)].map(([, name]) => name);
    expect(skipped).to.deep.equal(process.platform === "win32" ? [] : NOT_UNDER_WINE);
  });

  it("has a registry in which the rule for Consul's names comes, changes and goes", async () => {
    const { code, stdout, stderr } = await machine.run(nameRules, ["-test.v"]);
    expect(code, stdout + stderr).to.equal(0);
    expect(stdout).to.match(/--- PASS: TestTheRuleIsWrittenChangedAndRemovedAndNoOtherIsTouched/);
  });
});
