import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Failure } from "./errors.mjs";
import { withLock } from "./lock.mjs";
import { versionOf } from "./ways.mjs";
import { parseVersion } from "./versions.mjs";
import { executable } from "./workspace.mjs";

/** The user's cache folder: built once, used by every clone. */
export function cacheFolder(env = process.env) {
  if (env.WINDOWS_HA_CACHE) return env.WINDOWS_HA_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "windows-ha");
  if (process.platform === "win32" && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, "windows-ha");
  return join(homedir(), ".cache", "windows-ha");
}

/**
 * Finds a tool of the table, or brings it: the first way that works wins.
 *
 * @param {{ name: string, title: string, binary: string, versionArgs?: string[], ways: object[] }} tool versionArgs: none for a program that can't say its version
 * @param {object} context
 * @param {NodeJS.ProcessEnv} [context.env]
 * @param {AbortSignal} [context.signal]
 * @param {import("node:stream").Writable} [context.log]
 * @param {string} [context.logPath] of that log, for messages
 * @param {(line: string) => void} [context.note] one line that stays
 * @param {(text: string) => void} [context.detail] what is going on right now
 * @returns {Promise<{ path: string, version: string, how: string, installed: boolean }>}
 */
export async function bringTool(tool, context = {}) {
  const { env = process.env, note } = context;
  const base = { ...context, env, binary: tool.binary };
  const found = await findTool(tool, base);
  if (found) return found;
  const reasons = [];
  for (const way of makersOf(tool)) {
    const reason = await attempt(tool, way, base);
    if (reason === undefined) return inCache(tool, way, env, true);
    reasons.push(`${way.name}: ${reason}`);
    note?.(`${way.name}: ${reason}`);
  }
  throw new Failure(`${tool.title} can't be had in any way:\n${reasons.map((reason) => `  - ${reason}`).join("\n")}`, {
    log: context.logPath,
  });
}

/** A tool of the table that is here already, or undefined. */
export async function findTool(tool, context = {}) {
  const { env = process.env } = context;
  for (const way of tool.ways.filter((candidate) => candidate.find)) {
    const found = await way.find({ ...context, env, binary: tool.binary });
    if (found) return { ...found, how: way.name, installed: false };
  }
  const maker = makersOf(tool).find((way) => isInstalled(tool, way, env));
  return maker && inCache(tool, maker, env, false);
}

function makersOf(tool) {
  return tool.ways.filter((way) => way.install);
}

/** Undefined when the tool is there now, else why this way failed. */
async function attempt(tool, way, context) {
  const unavailable = await way.unavailable?.(context);
  if (unavailable) return unavailable;
  const lock = join(cacheFolder(context.env), "tools", `.${tool.name}-${way.version}.lock`);
  const onWait = ({ pid, host }) =>
    context.note?.(`another set-up is bringing it (process ${pid} on ${host}): waiting`);
  try {
    await withLock(lock, () => install(tool, way, context), { signal: context.signal, onWait });
    return undefined;
  } catch (error) {
    if (error.name === "Interrupted") throw error;
    return [error.message, ...(error.tail ?? []).slice(-5)].join("\n        ");
  }
}

async function install(tool, way, context) {
  if (isInstalled(tool, way, context.env)) return;
  const folder = toolFolder(tool, way, context.env);
  const tools = dirname(folder);
  // No name that anybody takes for an installed tool.
  const prefix = `.staging-${basename(folder)}-`;
  const staging = join(tools, `${prefix}${process.pid}`);
  clearLeftovers(tools, prefix);
  mkdirSync(staging, { recursive: true });
  try {
    if (way.note) context.note?.(way.note);
    const started = Date.now();
    await way.install({ ...context, staging });
    await checkVersion(tool, way, join(staging, executable(tool.binary)), context);
    const receipt = {
      tool: tool.name,
      version: way.version,
      how: way.name,
      seconds: Math.round((Date.now() - started) / 1000),
      at: new Date().toISOString(),
    };
    writeFileSync(join(staging, "receipt.json"), `${JSON.stringify(receipt, null, 2)}\n`);
    // Half of a folder (without receipt) can only be somebody's accident: the rename needs the name to be free.
    rmSync(folder, { recursive: true, force: true });
    renameSync(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Whoever left these was killed: the lock is ours. */
function clearLeftovers(tools, prefix) {
  for (const entry of readdirSync(tools).filter((name) => name.startsWith(prefix))) {
    rmSync(join(tools, entry), { recursive: true, force: true });
  }
}

async function checkVersion(tool, way, path, context) {
  if (!tool.versionArgs) return;
  const said = await versionOf(path, tool.versionArgs, context);
  const seen = said && parseVersion(said)?.join(".");
  if (seen !== way.version) throw new Error(`the program says version ${said ?? "nothing"} instead of ${way.version}`);
}

function toolFolder(tool, way, env) {
  return join(cacheFolder(env), "tools", `${tool.name}-${way.version}`);
}

function isInstalled(tool, way, env) {
  const folder = toolFolder(tool, way, env);
  return existsSync(join(folder, "receipt.json")) && existsSync(join(folder, executable(tool.binary)));
}

function inCache(tool, way, env, installed) {
  const path = join(toolFolder(tool, way, env), executable(tool.binary));
  return { path, version: way.version, how: way.name, installed };
}
