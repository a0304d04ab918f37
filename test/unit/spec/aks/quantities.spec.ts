import { expect } from "chai";
import { podOf } from "./arguments";

describe("quantities of a pod", () => {
  const resources = (given: Record<string, number>): unknown =>
    podOf({ workload: { resources: given } }).containers[0]["resources"];

  it("are written as an API server keeps them, so that a refresh finds nothing to change", () => {
    expect(resources({ cpuRequestMillicores: 250, cpuLimitMillicores: 2000, memoryMegabytes: 1536 })).to.deep.equal({
      requests: { cpu: "250m", memory: "1536Mi" },
      limits: { cpu: "2", memory: "1536Mi" },
    });
    expect(resources({ cpuRequestMillicores: 1000, cpuLimitMillicores: 1500, memoryMegabytes: 2048 })).to.deep.equal({
      requests: { cpu: "1", memory: "2Gi" },
      limits: { cpu: "1500m", memory: "2Gi" },
    });
  });
});
