import { expect } from "chai";
import { predictionFindings } from "../support/prediction-check";

const PREDICTED = { typicalSeconds: 10, worstSeconds: 20 };

const CASES: [string, number[], string[]][] = [
  ["agrees with a prediction that holds", [6, 8, 10, 12, 20], []],
  ["allows a tenth more than the worst", [10, 10, 10, 10, 22], []],
  [
    "finds a measurement above that",
    [10, 10, 10, 10, 22.1],
    ["the worst of 10.0, 10.0, 10.0, 10.0, 22.1 s exceeds 1.1 × the predicted worst of 20 s"],
  ],
  ["takes a median of six tenths for honest", [1, 1, 6, 7, 8], []],
  [
    "finds a cushion by the median, whatever the worst measurement",
    [20, 5.9, 5.9, 1, 20],
    ["the median of 1.0, 5.9, 5.9, 20.0, 20.0 s is below 0.6 × the predicted typical 10 s: a cushion"],
  ],
  ["takes the middle of two for the median of an even number", [1, 1, 1, 11, 12, 13], []],
  [
    "says nothing of less than five measurements",
    [10, 10, 10, 10],
    ["4 measurements say too little; at least 5 are needed"],
  ],
];

describe("predictionFindings", () => {
  for (const [title, measured, findings] of CASES) {
    it(title, () => expect(predictionFindings(measured, PREDICTED)).to.deep.equal(findings));
  }

  it("finds both when measurements are scattered over more than the prediction says", () => {
    expect(predictionFindings([1, 1, 1, 30, 30], PREDICTED)).to.have.lengthOf(2);
  });

  it("doesn't take a measurement that isn't a number for a good one", () => {
    expect(predictionFindings([NaN, NaN, NaN, NaN, NaN], PREDICTED)).to.have.lengthOf(2);
  });
});
