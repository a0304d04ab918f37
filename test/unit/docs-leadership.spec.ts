import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { consulServiceDocument, predictLeaderTakeover } from "@windows-ha/spec";

const TEXT = readFileSync(join(__dirname, "../../docs/concepts/leadership.md"), "utf8");

/** Typical and worst seconds of the page's table, in its order. */
function tableOf(text: string): [number, number][] {
  return [...text.matchAll(/^\|[^|]+\| ([\d.]+) s +\| ([\d.]+) s +\|/gm)].map(([, typical, worst]) => [
    Number(typical),
    Number(worst),
  ]);
}

describe("docs/concepts/leadership.md", () => {
  const predicted = predictLeaderTakeover().map(({ typicalSeconds, worstSeconds }) => [typicalSeconds, worstSeconds]);

  it("says what the model says", () => expect(tableOf(TEXT)).to.deep.equal(predicted));

  it("is read as it stands: a number that drifted is seen", () => {
    expect(tableOf(TEXT.replace("| 9 s ", "| 8 s "))).to.not.deep.equal(predicted);
  });

  it("names the check as it is registered", () => {
    const { checks } = consulServiceDocument({
      name: "orders",
      port: 8080,
      version: "1.4.2",
      leaderCheck: true,
    }).service;
    const check = checks.find(({ id }) => TEXT.includes(`ORDERS_LEADER_CHECK: "${id}"`));
    expect(TEXT).to.contain(
      `\`/health\` every ${Number.parseInt(check!.interval!)} s, ${Number.parseInt(check!.timeout!)} s time-out`,
    );
  });
});
