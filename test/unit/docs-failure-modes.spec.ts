import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULTS, predictCluster, predictConsulLeader, predictLeaderTakeover, resolveCluster } from "@windows-ha/spec";
import { clusterArguments } from "./spec/arguments";

const ROOT = join(__dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/failure-modes.md"), "utf8");

interface Reference {
  number: string;
  file: string;
  title: string;
}

/** The numbered tests below the tables. */
function referencesOf(page: string): Reference[] {
  return [...page.matchAll(/^(\d+)\. \[([^\]]+)\]\([^)]+\): (.+)$/gm)].map(([, number, file, title]) => ({
    number: number!,
    file: file!,
    title: title!,
  }));
}

/** References to tests that there aren't. */
function missing(references: readonly Reference[]): string[] {
  return references
    .filter(({ file, title }) => !existsSync(join(ROOT, file)) || !named(readFileSync(join(ROOT, file), "utf8"), title))
    .map(({ file, title }) => `${file}: ${title}`);
}

function named(text: string, title: string): boolean {
  return text.includes(`it("${title}"`) || text.includes(`func ${title}(`);
}

/** Rows of tables, without the ones that hold titles and lines. */
const rows = PAGE.split("\n").filter((line) => /^\| (?!what fails|---)/.test(line));
const rowOf = (what: string): string => rows.find((row) => row.includes(what)) ?? `no row of ${what}`;

describe("docs/failure-modes.md", () => {
  it("names tests that there are", () => {
    const references = referencesOf(PAGE);
    expect(references).to.have.length.above(30);
    expect(missing(references)).to.deep.equal([]);
  });

  it("would be found wrong with a test that was renamed", () => {
    const page =
      "1. [test/engine/recovery.spec.ts](../test/engine/recovery.spec.ts): an artifact that was changed is run\n";
    expect(missing(referencesOf(page))).to.have.length(1);
  });

  it("says of every failure what shows it, or that nothing does", () => {
    expect(rows).to.have.length.above(30);
    for (const row of rows) expect(row.split("|").at(-2), row).to.match(/\[\d+\]|\*\*unproven\*\*/);
  });

  it("uses every reference, and each of them is there", () => {
    const used = new Set(rows.flatMap((row) => [...row.matchAll(/\[(\d+)\]/g)].map(([, number]) => number!)));
    expect([...used]).to.have.members(referencesOf(PAGE).map(({ number }) => number));
  });

  for (const { fault, worstSeconds } of predictCluster(resolveCluster(clusterArguments()).spec!).switchover) {
    it(`has the predicted seconds of ${fault}`, () => {
      expect(rowOf(`\`${fault}\``)).to.include(` ${worstSeconds} s `);
    });
  }

  it("has the predicted seconds of a lost leader, of Consul and of a service", () => {
    expect(rowOf("the leader of the servers")).to.include(
      ` ${predictConsulLeader({ raftMultiplier: 1 }).worstSeconds} s`,
    );
    const takeovers = predictLeaderTakeover(DEFAULTS.leader);
    const worst = takeovers.map(({ worstSeconds }) => worstSeconds);
    for (const what of ["leads: killed", "… hangs", "… loses its machine"]) {
      const [, seconds] = / (\d+) s /.exec(rowOf(what)) ?? [];
      expect(worst, what).to.include(Number(seconds));
    }
  });

  it("has the defaults that it speaks of", () => {
    const { recovery, watchdog, installGate, service } = DEFAULTS;
    expect(rowOf("`process-killed`")).to.include(
      `after ${recovery.restartDelaySeconds} s, at most ${recovery.maximumRestarts} times`,
    );
    expect(rowOf("the process hangs")).to.include(`${watchdog.failures} questions`);
    expect(rowOf("never gets healthy")).to.include(`within ${installGate.deadlineSeconds} s`);
    expect(rowOf("a certificate runs out")).to.include(`${service.secretRefreshSeconds / 60} minutes`);
  });
});
