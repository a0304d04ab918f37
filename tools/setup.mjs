import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure } from "./lib/errors.mjs";
import { bringTool } from "./lib/install-tool.mjs";
import { withLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { run } from "./lib/process.mjs";
import { expectSuccess, openLog, steps } from "./lib/progress.mjs";
import { checkRequirements } from "./lib/requirements.mjs";
import { digest, filesBelow, stamp } from "./lib/stamps.mjs";
import { entries, lockFolder, node24, packageManager, root, withPath } from "./lib/workspace.mjs";
import { thirdPartyTools, toolsFor } from "./third-party.mjs";

/** What every command needs first. Each step finds out by itself whether there is anything to do. */
const commonSteps = [
  { title: "Node.js, npm and Go", work: checkComputer },
  { title: "Dependencies and Node 24", work: installDependencies },
  { title: "TypeScript", work: buildTypeScript },
  { title: "The windows-ha command", work: linkCommand },
  { title: "Agent for Windows and Linux", work: (context, ui) => buildGo("packages/agent", context, ui) },
  { title: "Example service", work: (context, ui) => buildGo("examples/services/orders", context, ui) },
];

function stepsFor(command) {
  const tools = toolsFor(command).map((tool) => ({
    title: tool.title,
    work: (context, ui) => bring(tool, context, ui),
  }));
  return [...commonSteps, ...tools];
}

/** How many steps `setUp` shows, for a command that counts on. */
export function setUpStepCount(command) {
  return stepsFor(command).length;
}

/**
 * Brings everything that a command needs; quick when it is there.
 *
 * @param {object} options
 * @param {string} options.for a command that the table of third-party tools knows
 * @param {AbortSignal} [options.signal]
 * @param {ReturnType<typeof openLog>} options.log
 * @param {ReturnType<typeof steps>} options.ui
 * @returns {Promise<{ env: NodeJS.ProcessEnv, changed: boolean }>} the environment in which the tools are on PATH
 */
export async function setUp({ for: command, signal, log, ui }) {
  const context = { env: process.env, signal, log, changed: false, folders: [] };
  const onWait = ({ pid }) =>
    process.stdout.write(`Another set-up is running here (process ${pid}): waiting for it.\n`);
  await withLock(join(lockFolder, "set-up.lock"), () => runSteps(stepsFor(command), context, ui), { signal, onWait });
  const folders = [dirname(node24), join(root, "node_modules", ".bin"), ...context.folders];
  return { env: withPath(process.env, folders), changed: context.changed };
}

async function runSteps(table, context, ui) {
  for (const { title, work } of table) {
    await ui.step(title, async (step) => {
      const inPlace = await work(context, step);
      if (!inPlace) context.changed = true;
    });
  }
}

async function checkComputer(context, step) {
  const found = await checkRequirements(undefined, context);
  step.done(found.map(({ title, version }) => `${title} ${version}`).join(", "));
  return true;
}

async function installDependencies(context, step) {
  const manifests = filesBelow(root).filter((file) => basename(file) === "package.json");
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc"]
    .map((file) => join(root, file))
    .filter((file) => existsSync(file));
  const inputs = digest([...files, ...manifests], [packageManager, process.platform, process.arch]);
  const mark = stamp("dependencies");
  if (mark.isCurrent(inputs) && existsSync(node24)) return inPlace(step);
  mark.clear();
  await pnpmInstall([], context, step);
  if (!existsSync(node24)) {
    throw new Failure(`The npm package node brought no ${node24}: its install script did not run.`, {
      log: context.log.path,
    });
  }
  mark.save(inputs);
  step.done("installed");
  return false;
}

async function pnpmInstall(more, { env, signal, log }, step) {
  const options = ["--frozen-lockfile", "--reporter=append-only", "--config.confirmModulesPurge=false", ...more];
  const result = await run("npx", ["--yes", packageManager, "install", ...options], {
    cwd: root,
    env,
    signal,
    log: log.stream,
    onLine: step.detail,
    shell: process.platform === "win32",
  });
  expectSuccess(`${packageManager} install`, result, log.path);
}

async function buildTypeScript({ env, signal, log }, step) {
  const options = { cwd: root, env, signal, log: log.stream, tailLines: Infinity };
  const result = await run(node24, [entries.tsc, "-b", "--listEmittedFiles"], options);
  const errors = result.tail.filter((line) => !line.startsWith("TSFILE:")).slice(-20);
  expectSuccess("The TypeScript build", { ...result, tail: errors }, log.path);
  // TypeScript itself knows best what is current, and takes about a second to say so.
  const emitted = result.stdout.split("\n").filter((line) => line.startsWith("TSFILE:")).length;
  if (emitted === 0) return inPlace(step);
  step.done(`built, ${emitted} files`);
  return false;
}

/** pnpm links only commands whose file exists, and this one's comes out of the build. */
async function linkCommand(context, step) {
  if (existsSync(join(root, "node_modules", ".bin", "windows-ha"))) return inPlace(step);
  await pnpmInstall(["--offline"], context, step);
  step.done("linked");
  return false;
}

/** A folder with Go sources, a `build.mjs` that fills its `bin`. */
async function buildGo(folder, { env, signal, log }, step) {
  const goVersion = await run("go", ["env", "GOVERSION"], { env, signal });
  const inputs = digest(filesBelow(join(root, folder)), [goVersion.stdout]);
  const mark = stamp(folder.replaceAll("/", "-"));
  if (mark.isCurrent(inputs)) return inPlace(step);
  mark.clear();
  const result = await run(node24, [join(folder, "build.mjs")], {
    cwd: root,
    env,
    signal,
    log: log.stream,
    onLine: step.detail,
  });
  expectSuccess(`The build of ${folder}`, result, log.path);
  mark.save(
    inputs,
    filesBelow(join(root, folder, "bin"), () => true),
  );
  step.done("built");
  return false;
}

async function bring(tool, context, step) {
  const { env, signal, log } = context;
  const ui = { note: step.note, detail: step.detail };
  const found = await bringTool(tool, { env, signal, log: log.stream, logPath: log.path, ...ui });
  context.folders.push(dirname(found.path));
  // Some say more than their version.
  const version = /\d+(\.\d+)+/.exec(found.version)?.[0] ?? found.version;
  step.done(found.installed ? `${version}, by ${found.how}` : `in place (${version}, ${found.how})`);
  return !found.installed;
}

function inPlace(step) {
  step.done("in place");
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main("npm run setup", async (signal) => {
    const command = process.argv[2] ?? "test";
    const known = [...new Set(thirdPartyTools.flatMap(({ neededFor }) => neededFor))];
    if (!known.includes(command)) throw new Failure(`Set-up is for one of ${known.join(", ")}; seen ${command}.`);
    const log = openLog("set-up");
    const { changed } = await setUp({ for: command, signal, log, ui: steps(setUpStepCount(command)) });
    process.stdout.write(changed ? "Set-up is complete.\n" : "Everything is in place.\n");
  });
}
