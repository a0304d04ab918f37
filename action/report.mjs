/**
 * The first step of `action.yml`: makes a preview if there is none, and the report on it in two formats. Ends with 0
 * whenever there is a report; what it says is in the output `code`, for the step that comes last.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdtempSync, openSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const {
  REPORT_STACK,
  REPORT_PREVIEW,
  REPORT_FAIL_ON,
  REPORT_COMMAND,
  REPORT_WHERE,
  RUNNER_TEMP,
  GITHUB_OUTPUT,
  GITHUB_STEP_SUMMARY,
} = process.env;
const PREVIEW = ["preview", "--json", "--show-sames", "--show-replacement-steps", "--non-interactive"];

const folder = mkdtempSync(join(RUNNER_TEMP || tmpdir(), "preview-report-"));
const preview = join(folder, "preview.json");
const comment = join(folder, "comment.md");

if (REPORT_PREVIEW) {
  copyFileSync(resolve(REPORT_PREVIEW), preview);
} else {
  run("pulumi", [...PREVIEW, ...(REPORT_STACK ? ["--stack", REPORT_STACK] : [])], openSync(preview, "w"));
  if (statSync(preview).size === 0) fail("pulumi printed no preview: see its messages above");
}

const [program, ...given] = REPORT_COMMAND.split(/\s+/).filter(Boolean);
const report = (...args) => run(program, [...given, "report", "--preview", preview, ...args], "inherit");
report("--format", "html", "--output", join(folder, "report.html"));
const policies = REPORT_FAIL_ON ? ["--fail-on", REPORT_FAIL_ON] : [];
const code = report("--format", "markdown", "--output", comment, "--full-report", REPORT_WHERE, ...policies);

const text = readText(comment);
if (text === undefined) fail(`no report: ${REPORT_COMMAND} ended with ${code}`);
if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, `${text}\n`);
appendFileSync(GITHUB_OUTPUT, `folder=${folder}\ncode=${code}\n`);

/** Runs a command with its messages on this terminal, and returns its exit code. */
function run(command, args, stdout) {
  // Windows starts npx by a script of its own.
  const shell = process.platform === "win32";
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", stdout, "inherit"], shell });
  if (error) fail(`can't start ${command}: ${error.message}`);
  return status ?? 1;
}

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function fail(message) {
  console.log(`::error::${message}`);
  process.exit(1);
}
