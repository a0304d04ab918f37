import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describePlan, planAzureRun, refusals } from "../../../tools/lib/azure-run.mjs";

const ROOT = resolve(__dirname, "../../..");
const SCRIPT = join(ROOT, "tools/test-azure.mjs");
const STATES = join(ROOT, ".windows-ha/azure");
const SUBSCRIPTION = "8f7d2c54-0b1a-4d53-9c1e-6a2f0e9b7d31";
const READY: NodeJS.ProcessEnv = {
  AZURE_TEST_SUBSCRIPTION_ID: SUBSCRIPTION,
  AZURE_TEST_ALLOW_FROM: "203.0.113.7",
  AZURE_TEST_VERSION: "1.4.2",
  AZURE_TEST_NEXT_VERSION: "1.5.0",
  AZURE_TEST_ARTIFACT_URL: "https://releases.example/1.4.2/orders.exe",
  AZURE_TEST_ARTIFACT_SHA256: "a".repeat(64),
  AZURE_TEST_NEXT_ARTIFACT_URL: "https://releases.example/1.5.0/orders.exe",
  AZURE_TEST_NEXT_ARTIFACT_SHA256: "b".repeat(64),
  AZURE_TEST_AGENT_URL: "https://releases.example/agent/windows-ha-agent.exe",
  AZURE_TEST_AGENT_SHA256: "c".repeat(64),
};
const PAID = { yesIPay: true };

describe("a run against a real subscription", () => {
  it("may start when everything is named and somebody pays", () => {
    expect(refusals(READY, PAID)).to.deep.equal([]);
  });

  const wrong: [string, NodeJS.ProcessEnv, RegExp][] = [
    ["in CI", { CI: "true" }, /^CI is set/],
    [
      "without a named subscription",
      { AZURE_TEST_SUBSCRIPTION_ID: undefined },
      /^AZURE_TEST_SUBSCRIPTION_ID is missing/,
    ],
    [
      "with the subscription's name for its id",
      { AZURE_TEST_SUBSCRIPTION_ID: "my-team" },
      /is "my-team"; allowed: a GUID/,
    ],
    ["in the sandbox's subscription", { AZURE_TEST_SUBSCRIPTION_ID: SUBSCRIPTION.replace(/\w/g, "0") }, /all-zero/],
    [
      "when two variables name two subscriptions",
      { ARM_SUBSCRIPTION_ID: SUBSCRIPTION.replace("8", "9") },
      /another subscription/,
    ],
    ["with half a service principal", { ARM_CLIENT_ID: "x", ARM_TENANT_ID: "y" }, /^ARM_CLIENT_SECRET missing/],
    ["open to the internet", { AZURE_TEST_ALLOW_FROM: "0.0.0.0/0" }, /^AZURE_TEST_ALLOW_FROM is "0.0.0.0\/0"/],
    ["with an artifact that anybody on the way can change", { AZURE_TEST_ARTIFACT_URL: "http://a.example/b" }, /https/],
    ["with an address that expires", { AZURE_TEST_AGENT_URL: "https://a.example/b?sig=c" }, /without a query/],
    ["without a next version", { AZURE_TEST_NEXT_VERSION: "1.4.2" }, /could not tell them apart/],
    ["with the same artifact twice", { AZURE_TEST_NEXT_ARTIFACT_SHA256: "A".repeat(64) }, /would change nothing/],
    ["without time to destroy", { AZURE_TEST_BUDGET_MINUTES: "10" }, /30 to 399/],
    ["inside the sandbox", { WINDOWS_HA_SANDBOX: "/tmp/sandbox" }, /leave the sandbox/],
  ];
  for (const [title, change, expected] of wrong) {
    it(`doesn't start ${title}, and says why`, () => {
      const found = refusals({ ...READY, ...change }, PAID);
      expect(found).to.have.lengthOf(1);
      expect(found[0]).to.match(expected);
    });
  }

  it("says everything that is missing at once", () => {
    const found = refusals({}, { yesIPay: false });
    expect(found[0]).to.match(/--yes-i-pay is missing/);
    expect(found.slice(1).map((line) => line.split(" ")[0])).to.deep.equal(
      Object.keys(READY).sort(inTableOrder(found)),
    );
  });

  it("has a resource group of its own, both releases, and time left to destroy", () => {
    const plan = planAzureRun({ ...READY, AZURE_TEST_BUDGET_MINUTES: "100", ARM_CLIENT_SECRET: "hidden" }, "1a2b");
    expect(plan).to.deep.equal({
      subscriptionId: SUBSCRIPTION,
      location: "westeurope",
      resourceGroup: "windows-ha-test-1a2b",
      allowFrom: "203.0.113.7",
      releases: ["1.4.2", "1.5.0"].map((version, index) => ({
        version,
        artifact: { url: `https://releases.example/${version}/orders.exe`, sha256: "ab"[index]!.repeat(64) },
        agent: { url: "https://releases.example/agent/windows-ha-agent.exe", sha256: "c".repeat(64) },
      })),
      machines: 3,
      testMinutes: 80,
      destroyMinutes: 20,
      mostMachineHours: 5,
      signIn: "service principal",
    });
    const text = describePlan(plan).join("\n");
    expect(text).to.contain(SUBSCRIPTION).and.to.contain("at most 5 machine-hours").and.not.to.contain("hidden");
  });

  it("is refused by the command itself, before anything is asked of Azure", () => {
    // PATH is empty: neither Pulumi nor the Azure CLI could be started.
    const env = { ...READY, CI: "1", PATH: "" };
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, "--yes-i-pay"], { env, encoding: "utf8" });
    expect(status).to.equal(1);
    expect(stderr).to.contain("Nothing was started").and.to.contain("CI is set");
  });
});

describe("the command that runs against a real subscription", function () {
  // It starts Mocha for the tests themselves.
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-azure-run-"));
  const calls = join(folder, "calls");
  after(() => rmSync(folder, { recursive: true }));

  /** Stands for a program that notes how it was called. */
  function fake(name: string, script: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> "${calls}"\n${script}\n`, { mode: 0o755 });
  }

  function start(answer: string): { status: number | null; stderr: string; called: string[] } {
    rmSync(calls, { force: true });
    fake("pulumi", "exit 1");
    fake("az", `[ "$2" = exists ] && echo ${answer}; exit 0`);
    const env = { ...READY, PATH: `${folder}:/usr/bin:/bin` };
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, "--yes-i-pay"], { env, encoding: "utf8" });
    return { status, stderr, called: readFileSync(calls, "utf8").trim().split("\n") };
  }

  it("destroys what there is when the first step fails, and asks Azure whether it is gone", () => {
    const { status, stderr, called } = start("false");
    expect(status, stderr).to.equal(1);
    const [, group] = /--name (windows-ha-test-[0-9a-f]{8}) /.exec(called.at(-1)!)!;
    expect(called.map((call) => call.split(" ").slice(0, 3).join(" "))).to.deep.equal([
      "az account show",
      "pulumi stack init",
      "pulumi cancel --yes",
      "pulumi destroy --yes",
      "az group delete",
      "az group exists",
    ]);
    expect(called.at(-2)).to.contain(`--name ${group} --subscription ${SUBSCRIPTION}`);
    expect(existsSync(join(STATES, group!)), "the run's state").to.equal(false);
  });

  it("keeps its state and says how to delete the group when that is still there", () => {
    const { status, stderr, called } = start("true");
    const [, group] = /--name (\S+)/.exec(called.at(-1)!)!;
    expect(status).to.equal(1);
    expect(stderr).to.contain(`az group delete --name ${group}`);
    expect(existsSync(join(STATES, group!, "index.ts"))).to.equal(true);
    rmSync(join(STATES, group!), { recursive: true });
  });
});

/** The command lists variables in its own order, which doesn't matter here. */
function inTableOrder(found: string[]): (a: string, b: string) => number {
  const place = (name: string): number => found.findIndex((line) => line.startsWith(`${name} `));
  return (a, b) => place(a) - place(b);
}
