import { expect } from "chai";
import { renderMarkdown, renderTerminal, type PreviewReport } from "@windows-ha/report";
import { changed, stepOf } from "./support";

interface Cost {
  usdPerMonth?: number;
  unknown: string[];
  pricesAsOf: string;
}

const KNOWN: Cost = { usdPerMonth: 530, unknown: [], pricesAsOf: "2025-06" };
const UNKNOWN: Cost = { unknown: ["machine Standard_X9 with Windows"], pricesAsOf: "2025-06" };

/** A report of a cluster with such facts before and after. */
function reportWith(before: Cost | undefined, after: Cost | undefined): PreviewReport {
  return changed("done-when", (document) => {
    const { oldState, newState } = stepOf(document, "WindowsHaCluster");
    oldState!.inputs!["monthlyCost"] = before;
    newState!.inputs!["monthlyCost"] = after;
  });
}

function costOf(before: Cost | undefined, after: Cost | undefined): string | undefined {
  return /^ {2}Cost +(.*)$/m.exec(renderTerminal(reportWith(before, after), { color: false }))?.[1];
}

describe("the cost in a report", () => {
  const LIST = "(list prices of one region, 2025-06)";
  const WHY = "the table has no price of machine Standard_X9 with Windows";

  for (const [title, before, after, expected] of [
    ["the same", KNOWN, KNOWN, `about 530 USD a month, unchanged ${LIST}`],
    ["before and after", KNOWN, { ...KNOWN, usdPerMonth: 940 }, `about 530 USD a month → 940 USD a month ${LIST}`],
    ["known before only", KNOWN, UNKNOWN, `about 530 USD a month → unknown ${LIST}; ${WHY}`],
    ["known after only", UNKNOWN, KNOWN, `about unknown → 530 USD a month ${LIST}`],
    ["never known", UNKNOWN, UNKNOWN, `unknown; ${WHY}`],
    [
      "by another price table",
      KNOWN,
      { ...KNOWN, usdPerMonth: 560, pricesAsOf: "2027-01" },
      "about 530 USD a month → 560 USD a month (list prices of one region, 2025-06 → 2027-01)",
    ],
    ["not told", undefined, undefined, undefined],
  ] as const) {
    it(`that is ${title} reads: ${expected ?? "nothing"}`, () => {
      expect(costOf(before, after)).to.equal(expected);
    });
  }

  it("names no more than a few sizes without a price, and shows no markup of theirs", () => {
    const many = { ...UNKNOWN, unknown: ["<b>a</b>", "b", "c", "d", "e"] };
    expect(costOf(many, many)).to.equal("unknown; the table has no price of <b>a</b>, b, c and 2 more");
    expect(renderMarkdown(reportWith(many, many)))
      .to.match(/\| Cost \| unknown; .*, b, c and 2 more \|/)
      .and.not.include("<b>");
  });
});
