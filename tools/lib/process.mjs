import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { Interrupted } from "./errors.mjs";

const windows = process.platform === "win32";
const TAIL_LINES = 20;

/** Running children: none outlives this process, however it ends. */
const running = new Set();
process.on("exit", () => running.forEach((child) => killGroup(child, "SIGKILL")));

/**
 * Runs a program to its end in a process group of its own, so that everything it started can be ended with it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {import("node:stream").Writable} [options.log] gets the whole output
 * @param {AbortSignal} [options.signal] its reason says why; an interrupted program gets SIGINT once and time to end
 * @param {number} [options.timeoutSeconds] after it the whole group is killed
 * @param {number} [options.graceSeconds] time to end after SIGINT
 * @param {(line: string) => void} [options.onLine] each line of either stream
 * @param {number} [options.tailLines] how many of the last lines the result has
 * @param {boolean} [options.shell] for Windows' `.cmd` files only: arguments are not quoted
 */
export async function run(command, args, options = {}) {
  const {
    cwd,
    env,
    log,
    signal,
    timeoutSeconds,
    graceSeconds = 10,
    onLine,
    shell = false,
    tailLines = TAIL_LINES,
  } = options;
  signal?.throwIfAborted();
  log?.write(`\n$ ${[command, ...args].join(" ")}\n`);
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env,
    shell,
    // A group of its own; on Windows `detached` would open a window, and taskkill finds the tree without it.
    detached: !windows,
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe"],
  });

  running.add(child);

  const stdout = [];
  const tail = [];
  const closed = new Promise((resolve) => child.once("close", resolve));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (stream === child.stdout) stdout.push(line);
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      log?.write(`${line}\n`);
      onLine?.(line);
    });
  }

  let timedOut = false;
  const interrupt = () => void endGroup(child, "SIGINT", graceSeconds);
  signal?.addEventListener("abort", interrupt, { once: true });
  const timer =
    timeoutSeconds &&
    setTimeout(() => {
      timedOut = true;
      void endGroup(child, "SIGTERM", 5);
    }, timeoutSeconds * 1000);
  let code, endedBy;
  try {
    [code, endedBy] = await once(child, "exit");
    // What it left behind would keep the pipes open; one in a group of its own still does, and isn't waited for.
    killGroup(child, "SIGKILL");
    await Promise.race([closed, delay(1000, undefined, { ref: false })]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", interrupt);
    running.delete(child);
  }
  signal?.throwIfAborted();
  return { code, endedBy, timedOut, stdout: stdout.join("\n"), tail, seconds: (performance.now() - started) / 1000 };
}

/**
 * Ends a program and what it started. Only the program is asked, once: it passes the signal on, and a second SIGINT would
 * make Pulumi give up what it is in the middle of. After the time of grace the whole group is killed.
 */
async function endGroup(child, first, graceSeconds) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (windows) killGroup(child, "SIGKILL");
  else child.kill(first);
  await Promise.race([exited, delay(graceSeconds * 1000, undefined, { ref: false })]);
  killGroup(child, "SIGKILL");
}

function killGroup(child, signal) {
  if (child.pid === undefined) return;
  if (windows) {
    if (child.exitCode === null) spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}

/** Whether a process runs on this computer. One that has ended but was not fetched by its parent yet does not. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error.code === "EPERM";
  }
}

function isZombie(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}

/**
 * Turns Ctrl-C into an abort with a reason.
 *
 * At a terminal both the terminal and npm send SIGINT, a moment apart: that is one Ctrl-C. A later second one means
 * "now": nothing is waited for any more.
 */
export function interruptSignal() {
  const controller = new AbortController();
  let first = 0;
  for (const name of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        if (performance.now() - first > 1000) process.exit(EXIT_CODES[name]);
        return;
      }
      first = performance.now();
      process.stderr.write("\nEnding: what is being done is finished first. Ctrl-C again ends it at once.\n");
      controller.abort(new Interrupted(name));
    });
  }
  return controller.signal;
}

/** 128 + the signal's number, as shells do. */
export const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
