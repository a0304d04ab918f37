import { expect } from "chai";
import * as fc from "fast-check";
import { largestBodies } from "./support/emitted";
import { examine } from "./support/examine";
import { mutate, spotsOf, type Mutation } from "./support/mutate";

describe("a leaf of a body that the programs declare", function () {
  this.timeout(120_000);

  it("is refused under another name and with another type", async () => {
    const spots = (await Promise.all((await largestBodies()).map(spotsOf))).flat();
    expect(spots.length).to.be.greaterThan(100);
    const mutations = fc.constantFrom<Mutation>("rename", "retype");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...spots), mutations, async (spot, mutation) => {
        const { findings } = await examine(mutate(spot, mutation));
        expect(findings, `${mutation} ${spot.resource.type} ${spot.path.join(".")}`).not.to.be.empty;
      }),
      { numRuns: 300 },
    );
  });
});
