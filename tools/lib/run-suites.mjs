import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countSuite } from "./counts.mjs";
import { Failure } from "./errors.mjs";
import { endLeftovers, RUN_MARK } from "./leftovers.mjs";
import { run } from "./process.mjs";
import { root } from "./workspace.mjs";

/** Of a failed suite's output: its end, where Mocha and Go put what went wrong. */
const SHOWN_LINES = 200;

/** As many as a small computer has cores. */
const AT_ONCE = 2;

/**
 * Runs the checks side by side, then the tests one after the other, because these look at clocks, and at last those side
 * by side that don't.
 *
 * @param {import("../suites.mjs").Suite[]} chosen
 * @param {{ env: NodeJS.ProcessEnv, signal: AbortSignal, log: { stream: import("node:stream").Writable }, ui: ReturnType<typeof import("./progress.mjs").steps>, fast: boolean, skippedFails: boolean, graceMs?: number }} context
 */
export async function runSuites(chosen, context) {
  const outcomes = new Map();
  const work = async (/** @type {import("../suites.mjs").Suite[]} */ queue) => {
    for (let suite = queue.shift(); suite; suite = queue.shift()) {
      const { name } = suite;
      outcomes.set(name, await context.ui.step(name, (step) => runSuite(suite, context, step)));
    }
  };
  const sideBySide = (/** @type {typeof chosen} */ queue) =>
    Promise.all(Array.from({ length: AT_ONCE }, () => work(queue)));
  const tests = chosen.filter(({ count }) => count !== "check");
  await sideBySide(chosen.filter(({ count }) => count === "check"));
  await work(tests.filter((suite) => !suite.sideBySide));
  await sideBySide(tests.filter((suite) => suite.sideBySide));
  return chosen.map(({ name }) => outcomes.get(name));
}

/**
 * @param {import("../suites.mjs").Suite} suite
 * @param {Parameters<typeof runSuites>[1]} context
 * @param {{ detail(text: string): void, done(text: string): void }} step
 */
async function runSuite(suite, { env, signal, log, fast, skippedFails, graceMs }, step) {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-test-"));
  const resultsFile = join(folder, "results");
  const mark = randomUUID();
  try {
    const args = (fast && suite.fastArgs) || suite.args;
    const result = await run(suite.command, args, {
      cwd: join(root, suite.cwd ?? "."),
      env: { ...plain(env), ...suite.env, [RUN_MARK]: mark, WINDOWS_HA_TEST_RESULTS: resultsFile },
      signal,
      log: log.stream,
      tailLines: SHOWN_LINES,
      timeoutSeconds: suite.budgetSeconds,
      onLine: (line) => line.startsWith("{") || step.detail(line.trim()),
    });
    const results = existsSync(resultsFile) ? readFileSync(resultsFile, "utf8") : "";
    const counts = countSuite(suite, { ...result, results });
    const left = await endLeftovers(mark, graceMs);
    const outcome = {
      name: suite.name,
      passed: counts.passed,
      failed: counts.failed + (skippedFails ? counts.skipped.length : 0) + (left.length > 0 ? 1 : 0),
      skipped: counts.skipped,
      problems: [counts.problem, ...left.map((command) => `left running: ${command}`)].filter(Boolean),
      output: whatFailed(suite.count, result),
    };
    step.done(summary(outcome));
    return outcome;
  } finally {
    await endLeftovers(mark, 0);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Output goes into a log and is looked at by tests: without colours, whatever the computer prefers. */
function plain(env) {
  const { FORCE_COLOR: _, ...rest } = env;
  return { ...rest, NO_COLOR: "1" };
}

/** Lines that say that all is well. */
const GO_CHATTER = /^\s*(=== |--- (PASS|SKIP)|PASS$|ok\s|\?\s)/;

/** The part of a suite's output that a reader wants who asks why it failed. */
function whatFailed(count, { stdout, tail }) {
  if (count === "mocha") return tail.slice(tail.findLastIndex((line) => /^\s+\d+ passing/.test(line)) + 1);
  if (count === "go") return goOutput(stdout, tail).filter((line) => !GO_CHATTER.test(line));
  return tail;
}

/** The text of Go's events, without what belongs to tests that passed: these speak at the same time. */
function goOutput(stdout, tail) {
  const events = stdout.split("\n").flatMap(goEvent);
  const passed = new Set(events.filter(({ Action }) => Action === "pass").map(testOf));
  const told = events.filter((event) => event.Output && !passed.has(testOf(event)));
  return [...told.map(({ Output }) => Output.trimEnd()), ...tail.filter((line) => goEvent(line).length === 0)];
}

const testOf = ({ Package, Test }) => `${Package} ${Test}`;

/** @returns {{ Action: string, Package?: string, Test?: string, Output?: string }[]} none for a line that is no event */
function goEvent(line) {
  try {
    return line.startsWith('{"') ? [JSON.parse(line)] : [];
  } catch {
    return [];
  }
}

function summary({ passed, failed, skipped }) {
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped.length > 0) parts.push(`${skipped.length} skipped`);
  return parts.join(", ");
}

/** What went wrong, then the one line that counts. */
export function report(outcomes, { skippedFails, out }) {
  for (const { name, failed, problems, output, skipped } of outcomes.filter((outcome) => outcome.failed > 0)) {
    out(`\n── ${name}: ${failed} failed ${"─".repeat(40)}`);
    for (const line of output) out(line);
    for (const problem of problems) out(`${name}: ${problem}`);
    if (skippedFails) for (const title of skipped) out(`${name}: skipped, which counts as failed in CI: ${title}`);
  }
  const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  out(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 ? 0 : 1;
}

/**
 * The suites that the command line asks for.
 *
 * @param {import("../suites.mjs").Suite[]} all
 * @param {{ fast: boolean, only?: string }} options
 */
export function chooseSuites(all, { fast, only }) {
  if (!only) return all.filter((suite) => suite.fast || !fast);
  const names = only.split(",");
  const unknown = names.filter((name) => !all.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    const known = all.map((suite) => `"${suite.name}"`).join(", ");
    throw new Failure(`There is no suite ${unknown.map((name) => `"${name}"`).join(", ")}. There are: ${known}.`);
  }
  return all.filter((suite) => names.includes(suite.name));
}
