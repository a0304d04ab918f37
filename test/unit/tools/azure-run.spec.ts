import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describePlan, planAzureRun, refusals } from "../../../tools/lib/azure-run.mjs";

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
    const script = join(__dirname, "../../../tools/test-azure.mjs");
    // PATH is empty: neither Pulumi nor the Azure CLI could be started.
    const env = { ...READY, CI: "1", PATH: "" };
    const { status, stderr } = spawnSync(process.execPath, [script, "--yes-i-pay"], { env, encoding: "utf8" });
    expect(status).to.equal(1);
    expect(stderr).to.contain("Nothing was started").and.to.contain("CI is set");
  });
});

/** The command lists variables in its own order, which doesn't matter here. */
function inTableOrder(found: string[]): (a: string, b: string) => number {
  const place = (name: string): number => found.findIndex((line) => line.startsWith(`${name} `));
  return (a, b) => place(a) - place(b);
}
