import { readOptions } from "./lib/command-line.mjs";
import { main } from "./lib/main.mjs";
import { openLog, steps } from "./lib/progress.mjs";
import { chooseSuites, report, runSuites } from "./lib/run-suites.mjs";
import { setUp, setUpStepCount } from "./setup.mjs";
import { suites } from "./suites.mjs";

const USAGE = {
  command: "npm test --",
  does: "Runs every suite, quick things first; the last line is `N passed, N failed`.",
  options: {
    fast: { type: /** @type {const} */ ("boolean"), says: "only what needs no engine, without the slow ones" },
    only: { type: /** @type {const} */ ("string"), value: "<suites>", says: "these suites, separated by commas" },
  },
  examples: ["npm test", "npm run test:fast", "npm test -- --only unit,engine"],
  more: [`Suites: ${suites.map(({ name }) => name).join(", ")}.`],
};

await main("npm test", async (signal) => {
  const { fast = false, only } = readOptions(USAGE);
  const chosen = chooseSuites(suites, { fast, only });
  const log = openLog("test");
  const ui = steps(setUpStepCount("test") + chosen.length);
  const { env } = await setUp({ for: "test", signal, log, ui });
  const skippedFails = Boolean(process.env.CI);
  const outcomes = await runSuites(chosen, { env, signal, log, ui, fast, skippedFails });
  return report(outcomes, { skippedFails, out: (line) => process.stdout.write(`${line}\n`) });
});
