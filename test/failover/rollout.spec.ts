import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { failedRequests, OpenLoad, type LoadReport } from "../support/open-load";
import { RolloutStack } from "../support/rollout-stack";

const LOAD = { perSecond: 200, timeoutSeconds: 5 };
/** A load that lags this much asks less than it says. */
const MOST_LAG_SECONDS = 1;
/** Two probes of 5 s, and 2 s for what was opened just before the second. */
const DRAIN_SECONDS = 12;

describe("a rollout over three machines of a scale set under 200 requests a second", function () {
  this.timeout(300_000);
  const stack = new RolloutStack({ compute: "scaleSet", count: 3, drainSeconds: DRAIN_SECONDS });
  let url: string;

  before(async () => (url = await stack.begin()));
  after(() => stack.remove());

  it("is measured by a load that notices a process that ends without a drain", async () => {
    const [victim] = await stack.machines();
    const report = await underLoad("a killed process", url, async () => {
      await sleep(1000);
      stack.killService(victim!.name);
      await sleep(2000);
    });
    expect(failedRequests(report)).to.be.greaterThan(10);
    expect(Object.keys(report.failures)).to.deep.equal(["ECONNRESET"]);
    await stack.allAnswer();
  });

  it("stops at the first machine where a release doesn't get healthy, says why, and lost no request", async () => {
    await stack.declare("2.0.0", { fault: "unhealthy", deadlineSeconds: 5 });
    const began = new Date();
    let said = "";
    const report = await underLoad("a release that never becomes healthy", url, async () => {
      const { code, stdout, stderr } = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
      said = stdout + stderr;
      expect(code, said).not.to.equal(0);
    });
    const tried = stack.tried(began);
    expect(tried, "machines that tried it").to.have.lengthOf(1);
    expect(said)
      .to.include(`VM '${tried[0]}'`)
      .and.include('orders 2.0.0 failed at the step "health"')
      .and.match(/\/health answered 503/)
      .and.match(/the former release 1\.0\.0-\w+ serves again/);
    expect(report.failures, report.firstFailures.join("; ")).to.deep.equal({});
    expect(releasesOf(report)).to.deep.equal(["1.0.0"]);
    expect(await stack.versions()).to.deep.equal(["1.0.0", "1.0.0", "1.0.0"]);
    await stack.allAnswer();
  });

  it("loses no request with the next, good release, and keeps two machines in rotation", async () => {
    await stack.declare("2.1.0");
    const began = new Date();
    const report = await underLoad("an upgrade of three machines", url, () => stack.up());
    expect(report.failures, report.firstFailures.join("; ")).to.deep.equal({});
    expect(releasesOf(report)).to.deep.equal(["1.0.0", "2.1.0"]);
    expect(Object.keys(report.answers).filter((by) => by.endsWith(" 2.1.0"))).to.have.lengthOf(3);
    expect(stack.fewestInRotation(began)).to.equal(2);
    expect(await stack.versions()).to.deep.equal(["2.1.0", "2.1.0", "2.1.0"]);
  });
});

describe("a rollout over two single machines under 200 requests a second", function () {
  this.timeout(180_000);
  const stack = new RolloutStack({ compute: "machines", count: 2, drainSeconds: DRAIN_SECONDS });
  let url: string;

  before(async () => (url = await stack.begin()));
  after(() => stack.remove());

  it("loses no request: a machine leaves the rotation only when the one before it is back", async () => {
    await stack.declare("1.1.0");
    const began = new Date();
    const report = await underLoad("an upgrade of two single machines", url, () => stack.up());
    expect(report.failures, report.firstFailures.join("; ")).to.deep.equal({});
    expect(releasesOf(report)).to.deep.equal(["1.0.0", "1.1.0"]);
    expect(stack.fewestInRotation(began)).to.equal(1);
    expect(await stack.versions()).to.deep.equal(["1.1.0", "1.1.0"]);
  });
});

/** Asks while the work is being done, and until a moment after it. */
async function underLoad(what: string, url: string, work: () => Promise<unknown>): Promise<LoadReport> {
  const load = new OpenLoad(url, LOAD);
  await work()
    .then(() => sleep(1000))
    .catch(async (error: unknown) => {
      await load.end();
      throw error;
    });
  const report = await load.end();
  const kinds = JSON.stringify(report.failures);
  const failed = failedRequests(report);
  tell(
    what,
    `${failed} of ${report.requests} requests failed in ${report.seconds.toFixed(1)} s ${failed ? kinds : ""}`,
  );
  expect(report.worstLagSeconds).to.be.lessThan(MOST_LAG_SECONDS);
  return report;
}

/** Releases that answered. */
function releasesOf({ answers }: LoadReport): string[] {
  return [...new Set(Object.keys(answers).map((by) => by.split(" ")[1]!))].sort();
}

function tell(what: string, result: string): void {
  process.stdout.write(`      ${what}: ${result}\n`);
}
