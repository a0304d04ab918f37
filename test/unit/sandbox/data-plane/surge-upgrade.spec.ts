import { expect } from "chai";
import {
  emptiestZone,
  leavingMachines,
  type PlacedMachine,
} from "../../../../packages/sandbox/src/machines/zone-balance";
import { failureOf, get, until } from "./asking";
import { FRONT_END_PORT, TestCluster, type ScaleSetShape } from "./cluster";

const SURGE = {
  mode: "Rolling",
  rollingUpgradePolicy: {
    maxBatchInstancePercent: 33,
    maxUnhealthyInstancePercent: 34,
    maxUnhealthyUpgradedInstancePercent: 34,
    pauseTimeBetweenBatches: "PT1M",
    maxSurge: true,
  },
};

describe("a rolling upgrade with maxSurge", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => (cluster = await TestCluster.start()));
  afterEach(() => cluster.end());

  const put = (changes: ScaleSetShape = {}) =>
    cluster.put({
      upgradePolicy: SURGE,
      terminateNotice: "PT5M",
      ...changes,
      environment: { DRAIN_MS: "300", ...changes.environment },
    });
  const healthyCount = () =>
    cluster.plane.machines().filter(({ power, health }) => power === "running" && health === "healthy").length;
  const zones = () => cluster.plane.machines().map(({ zone }) => zone);

  it("replaces every machine in its zone, never has one less in service, and loses no request", async () => {
    const address = cluster.putBalancer();
    await put();
    await until("three machines are up", () => cluster.upCount() === 3 && healthyCount() === 3);
    const before = cluster.names();
    let over = false;
    const upgrade = put({ version: "1.1.0" }).finally(() => (over = true));
    const healthy: number[] = [];
    const counts = new Set<number>();
    while (!over) {
      await get(address, FRONT_END_PORT);
      healthy.push(healthyCount());
      counts.add(cluster.names().length);
    }
    await upgrade;
    expect(cluster.versions()).to.deep.equal(["1.1.0", "1.1.0", "1.1.0"]);
    expect(cluster.names().filter((name) => before.includes(name))).to.deep.equal([]);
    expect(zones()).to.deep.equal(["1", "2", "3"]);
    expect(Math.min(...healthy)).to.equal(3);
    expect([...counts].sort()).to.deep.equal([3, 4]);
    for (const name of before) expect(cluster.log).to.include(`${name}: the announcement is approved`);
  });

  it("stops at the first new machine that doesn't get healthy, and deletes nothing that serves", async () => {
    await put();
    const before = cluster.names();
    const failure = await failureOf(put({ version: "2.0.0", environment: { HEALTH: "Unhealthy" } }));
    expect(failure.code).to.equal("MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade");
    expect(cluster.versions()).to.deep.equal(["1.0.0", "1.0.0", "1.0.0", "2.0.0"]);
    await put({ version: "2.0.1" });
    expect(cluster.versions()).to.deep.equal(["2.0.1", "2.0.1", "2.0.1"]);
    expect(cluster.names().filter((name) => before.includes(name))).to.deep.equal([]);
    expect(zones()).to.deep.equal(["1", "2", "3"]);
  });

  it("stops at the first new machine whose extension fails", async () => {
    await put();
    const before = cluster.names();
    const failure = await failureOf(put({ version: "2.0.0", environment: { FAIL: "20" } }));
    expect(failure.code).to.equal("VMExtensionProvisioningError");
    expect(cluster.names().slice(0, 3)).to.deep.equal(before);
    await put();
    expect(cluster.names()).to.deep.equal(before);
  });
});

describe("the zones of a scale set", () => {
  const machines = (...placed: string[]): PlacedMachine[] =>
    placed.map((text) => {
      const [zone, number] = text.split("/") as [string, string];
      return { record: { number: Number(number), ...(zone === "" ? {} : { zone }) } };
    });
  const numbers = (leaving: PlacedMachine[]) => leaving.map(({ record }) => record.number);

  it("get a new machine where there are fewest", () => {
    expect(emptiestZone(["1", "2", "3"], machines("1/0", "3/1"))).to.equal("2");
    expect(emptiestZone(["1", "2"], machines("1/0", "2/1"))).to.equal("1");
    expect(emptiestZone([], machines("/0"))).to.equal(undefined);
  });

  it("give up machines where there are most, the highest number first, as Azure's documented example does", () => {
    const all = ["1/3", "1/4", "1/5", "1/10", "2/2", "2/6", "2/9", "2/11", "3/1", "3/7", "3/8"];
    expect(numbers(leavingMachines(machines(...all), 5))).to.deep.equal([11, 10, 9, 8, 5, 7]);
    expect(numbers(leavingMachines(machines("/0", "/1", "/2"), 1))).to.deep.equal([2, 1]);
    expect(leavingMachines(machines("1/0"), 2)).to.deep.equal([]);
  });
});
