import { expect } from "chai";
import { predictWorkload, SWITCHOVER_MARK_SECONDS } from "@windows-ha/spec";
import { aksSpec } from "./arguments";

const predict = (changes = {}, zones = 3) => predictWorkload(aksSpec(changes).workload, zones);

describe("predictions for AKS", () => {
  it("stay within the mark for every fault, because other replicas run", () => {
    const { switchover } = predict();
    expect(switchover.filter(({ meetsMark }) => !meetsMark)).to.deep.equal([]);
    const node = switchover.find(({ fault }) => fault === "node-off")!;
    expect(node.worstSeconds, "2 × 5 s + the probe's 5 s + the client's 2 s").to.equal(17);
    expect(switchover.find(({ fault }) => fault === "node-drained")!.worstSeconds).to.equal(0);
  });

  it("say that a lost pod's successor never comes within the mark", () => {
    const { replacement } = predict();
    expect(replacement.meetsMark).to.equal(false);
    expect(replacement.typicalSeconds, "50 + 30 + 15 + 10").to.equal(105);
    expect(replacement.typicalSeconds).to.be.greaterThan(SWITCHOVER_MARK_SECONDS);
    expect(predict({ workload: { notReadySeconds: 0 } }).replacement.meetsMark).to.equal(false);
  });

  it("say where nothing is left: all pods in one zone", () => {
    const zone = predict({ windowsPool: { zones: ["1"] } }, 1).switchover.find(({ fault }) => fault === "zone-lost")!;
    expect(zone).to.include({ meetsMark: false });
    expect(zone).not.to.have.property("worstSeconds");
  });

  it("say how many pods serve while a new version comes: all, or all but one with the host's ports", () => {
    expect(predict().rollout.leastInService).to.equal(3);
    expect(predict({ workload: { hostProcess: true } }).rollout.leastInService).to.equal(2);
  });

  it("follow the probe and the wait before the stop", () => {
    const slow = predict({ workload: { loadBalancer: { probe: { intervalSeconds: 30, threshold: 3 } } } });
    expect(slow.switchover.find(({ fault }) => fault === "node-off")!.meetsMark).to.equal(false);
    const hasty = predict({ service: { stop: { drainSeconds: 5 } } });
    expect(hasty.switchover.find(({ fault }) => fault === "node-drained")!.worstSeconds, "2 + 10 − 5").to.equal(7);
  });
});
