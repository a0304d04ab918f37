import { expect } from "chai";
import { renderHtml, renderJson, renderMarkdown, renderTerminal } from "@windows-ha/report";
import { expectGolden, reportOf } from "./support";

/** Recorded from the real engine, see `test/engine/report.spec.ts`. */
const PREVIEWS = [
  "create",
  "no-change",
  "done-when",
  "replace",
  "autoscale",
  "public",
  "errored",
  "destroy",
  "machines",
  "plain",
  "aks-create",
  "aks-change",
  "aks-replace",
  "aks-public",
];

describe("reports on recorded previews", () => {
  for (const name of PREVIEWS) {
    it(`${name}: terminal and comment are as reviewed`, () => {
      const report = reportOf(name);
      expectGolden(`${name}.txt`, renderTerminal(report, { details: true }));
      expectGolden(`${name}.md`, renderMarkdown(report));
    });

    it(`${name}: equal previews give equal bytes in every format`, async () => {
      const [one, other] = [reportOf(name), reportOf(name)];
      expect(renderJson(one)).to.equal(renderJson(other));
      expect(renderMarkdown(one)).to.equal(renderMarkdown(other));
      expect(renderTerminal(one)).to.equal(renderTerminal(other));
      expect(await renderHtml(one)).to.equal(await renderHtml(other));
    });
  }

  for (const name of ["done-when", "aks-change"]) {
    it(`${name}: the page and the model are as reviewed`, async () => {
      expectGolden(`${name}.html`, await renderHtml(reportOf(name)));
      expectGolden(`${name}.json`, renderJson(reportOf(name)));
    });
  }

  it("the change of the reference stack fits one screen, in the terminal and as a comment", () => {
    const report = reportOf("done-when");
    const folded = /<details>[^]*?<\/details>\n?/g;
    expect(renderTerminal(report).split("\n").length).to.be.lessThan(20);
    expect(renderMarkdown(report).replaceAll(folded, "").split("\n").length).to.be.lessThan(30);
  });

  it("is the model itself as JSON", () => {
    const report = reportOf("done-when");
    expect(JSON.parse(renderJson(report))).to.deep.equal(report);
    expect(report.reportVersion).to.equal(1);
  });

  it("shows colours only when asked", () => {
    const report = reportOf("done-when");
    expect(renderTerminal(report)).not.to.contain("\u001b");
    expect(renderTerminal(report, { color: true })).to.contain("\u001b[");
  });
});
