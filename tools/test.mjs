import { parseArgs } from "node:util";
import { main } from "./lib/main.mjs";
import { openLog, steps } from "./lib/progress.mjs";
import { chooseSuites, report, runSuites } from "./lib/run-suites.mjs";
import { setUp, setUpStepCount } from "./setup.mjs";
import { suites } from "./suites.mjs";

await main("npm test", async (signal) => {
  const { fast, only } = parseArgs({
    options: { fast: { type: "boolean", default: false }, only: { type: "string" } },
  }).values;
  const chosen = chooseSuites(suites, { fast, only });
  const log = openLog("test");
  const ui = steps(setUpStepCount("test") + chosen.length);
  const { env } = await setUp({ for: "test", signal, log, ui });
  const skippedFails = Boolean(process.env.CI);
  const outcomes = await runSuites(chosen, { env, signal, log, ui, fast, skippedFails });
  return report(outcomes, { skippedFails, out: (line) => process.stdout.write(`${line}\n`) });
});
