import { expect } from "chai";
import { PreviewError, readPreview, renderMarkdown } from "@windows-ha/report";
import { previewFixture } from "../../support/preview-fixtures";
import { changed, fixture, reportOf } from "./support";

describe("readPreview", () => {
  const WRONG: [title: string, source: unknown, message: RegExp][] = [
    ["an empty text", " \n", /The preview is empty\. Run `pulumi preview --json/],
    ["what isn't JSON", "Previewing update (dev)", /isn't JSON: .*Run `pulumi preview --json/],
    ["a cut document", '{"steps": [{"op": "same"', /isn't JSON/],
    ["a number", "7", /is number, not an object/],
    ["null", "null", /is null, not an object/],
    ["an object of something else", '{"hello": 1}', /has no steps, diagnostics or changeSummary/],
    ["a state", { version: 3, deployment: { resources: [] } }, /exported state.*not a preview/],
    ["steps that are no list", { steps: {} }, /must be lists/],
    ["a step without a URN", { steps: [{ op: "same" }] }, /steps\[0\] has no op and urn/],
  ];
  for (const [title, source, message] of WRONG) {
    it(`refuses ${title}, and says what to do`, () => {
      expect(() => readPreview(source)).to.throw(PreviewError, message);
    });
  }

  it("refuses a state that is none", () => {
    const read = (state: unknown) => () => readPreview(previewFixture("no-change"), { state });
    expect(read("{")).to.throw(PreviewError, /The state isn't JSON.*pulumi stack export/);
    expect(read({ steps: [] })).to.throw(PreviewError, /has no deployment/);
    expect(read({ deployment: { resources: 1 } })).to.throw(PreviewError, /must be a list/);
  });

  it("reads the text, with a byte order mark, and what it parses to", () => {
    const text = previewFixture("done-when");
    const report = reportOf("done-when");
    expect(readPreview(`\uFEFF${text}`)).to.deep.equal(report);
    expect(readPreview(JSON.parse(text))).to.deep.equal(report);
  });

  it("reads a stack without anything in it", () => {
    const report = readPreview({ config: {}, duration: 1, changeSummary: {} });
    expect(report.outcome).to.equal("no changes");
    expect(report.verdict).to.equal("Nothing changes.");
    expect(renderMarkdown(report)).to.contain("Preview");
  });

  it("says that a preview failed, and why, before everything else", () => {
    const report = reportOf("errored");
    expect(report.outcome).to.equal("failed");
    expect(report.verdict).to.match(/^The preview failed with 1 error/);
    expect(renderMarkdown(report)).to.contain('loadBalancer.port is "no" &#91;type&#93;');
  });

  it("counts resources, not the components that group them", () => {
    expect(reportOf("done-when").counts).to.deep.equal({
      create: 0,
      update: 3,
      replace: 0,
      delete: 0,
      other: 0,
      unchanged: 8,
    });
  });

  it("says what it can't know from a preview of changes only", () => {
    const report = changed("done-when", (document) => {
      document.steps = document.steps.filter(({ op }) => op !== "same");
    });
    expect(report.counts.unchanged).to.equal(undefined);
    expect(report.rollouts[0]!.machines).to.equal(undefined);
    expect(report.rollouts[0]!.unknown.join()).to.contain("autoscale");
    expect(report.findings.map(({ rule }) => rule)).to.include("partial-preview");
    expect(report.frontEnds).to.deep.equal({ touched: 1 });
  });

  it("learns the rest from a state", () => {
    const { steps } = fixture("done-when");
    const resources = steps.map(({ oldState }) => oldState).filter(Boolean);
    const short = { ...fixture("done-when"), steps: steps.filter(({ op }) => op !== "same") };
    const report = readPreview(short, { state: { version: 3, deployment: { resources } } });
    expect(report.rollouts).to.deep.equal(reportOf("done-when").rollouts);
    expect(report.counts).to.deep.equal(reportOf("done-when").counts);
  });

  it("doesn't take an operation that it never heard of for nothing", () => {
    const report = changed("no-change", ({ steps }) => (steps.at(-1)!.op = "transmogrify"));
    expect(report.counts.update).to.equal(1);
    expect(report.changes[0]!.effect).to.equal("unknown");
  });
});
