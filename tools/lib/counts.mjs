/** @typedef {{ passed: number, failed: number, skipped: string[] }} Counts */

/**
 * How many tests a suite's output holds.
 * @type {Record<"check" | "mocha" | "go", (output: { stdout: string, results: string }) => Counts>}
 */
const counters = {
  check: () => ({ passed: 1, failed: 0, skipped: [] }),
  mocha: ({ results }) => tally(jsonLines(results)),
  go: ({ stdout }) => tally(goOutcomes(jsonLines(stdout))),
};

/**
 * Counts a suite, so that nothing can look better than it was: a bad end without a failed test is a failure, and so is
 * a suite without any test.
 *
 * @param {{ count: "check" | "mocha" | "go" }} suite
 * @param {{ code: number | null, timedOut: boolean, stdout: string, results: string }} outcome
 * @returns {Counts & { problem?: string }}
 */
export function countSuite(suite, outcome) {
  if (suite.count === "check" && outcome.code !== 0) return { passed: 0, failed: 1, skipped: [], ...overtime(outcome) };
  const counts = counters[suite.count](outcome);
  const total = counts.passed + counts.failed + counts.skipped.length;
  if (outcome.timedOut) return { ...counts, failed: counts.failed + 1, ...overtime(outcome) };
  if (outcome.code !== 0 && counts.failed === 0) {
    return { ...counts, failed: 1, problem: `ended with exit code ${outcome.code} and no failed test` };
  }
  if (total === 0) return { ...counts, failed: 1, problem: "ran no test" };
  return counts;
}

function overtime({ timedOut }) {
  return timedOut ? { problem: "took longer than its budget and was ended" } : {};
}

/** A program that is killed may leave half a line; other output may stand between. */
function jsonLines(text) {
  return text.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/** @returns {Counts} */
function tally(tests) {
  const counts = { passed: 0, failed: 0, skipped: /** @type {string[]} */ ([]) };
  for (const { title, outcome } of tests) {
    if (outcome === "skipped") counts.skipped.push(title);
    else counts[outcome] += 1;
  }
  return counts;
}

const GO_ACTIONS = { pass: "passed", fail: "failed", skip: "skipped" };

/** `go test -json` events to tests. A test with subtests is counted by these; a package that fails on its own is one. */
function goOutcomes(events) {
  const ended = events.filter(({ Action, Test }) => Test && GO_ACTIONS[Action]);
  const ids = ended.map(({ Package, Test }) => `${Package} ${Test}`);
  const parents = new Set(ids.map((id) => id.slice(0, Math.max(0, id.lastIndexOf("/")))));
  const tests = ended
    .map(({ Action }, index) => ({ title: ids[index], outcome: GO_ACTIONS[Action] }))
    .filter(({ title }) => !parents.has(title));
  const withFailedTests = new Set(ended.filter(({ Action }) => Action === "fail").map(({ Package }) => Package));
  const brokenPackages = events
    .filter(({ Action, Test, Package }) => Action === "fail" && !Test && Package && !withFailedTests.has(Package))
    .map(({ Package }) => ({ title: Package, outcome: "failed" }));
  return [...tests, ...brokenPackages];
}
