const { appendFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

const OUTCOMES = {
  [Runner.constants.EVENT_TEST_PASS]: "passed",
  [Runner.constants.EVENT_TEST_FAIL]: "failed",
  [Runner.constants.EVENT_TEST_PENDING]: "skipped",
};

/**
 * Mocha's usual output, and one line per test in the file that WINDOWS_HA_TEST_RESULTS names: written as it happens,
 * so that a run that is killed still counts for what it did.
 */
module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.WINDOWS_HA_TEST_RESULTS;
    if (!file) return;
    for (const [event, outcome] of Object.entries(OUTCOMES)) {
      runner.on(event, (test) => appendFileSync(file, `${JSON.stringify({ title: test.fullTitle(), outcome })}\n`));
    }
  }
};
