import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "./process.mjs";

const POLL_MS = 250;
const HEARTBEAT_MS = 5_000;
/** A holder on another computer or in another container (a shared cache) is known by its heartbeat alone. */
const STALE_MS = 60_000;

/**
 * Does `work` while holding `file`; waits for another holder, and takes over from one that died.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{ signal?: AbortSignal, onWait?: (holder: { pid: number, host: string }) => void }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(file, work, { signal, onWait } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waiting = false; !take(file); waiting = true) {
    const holder = read(file);
    if (holder && isStale(file, holder)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!waiting && holder) onWait?.(holder);
    await delay(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
  const release = () => rmSync(file, { force: true });
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS).unref();
  process.on("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off("exit", release);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined when it is gone; a holder without process id when it was cut off while being written. */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8") || "{}");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    return {};
  }
}

function isStale(file, holder) {
  if (holder.host === hostname() && holder.pid && !isAlive(holder.pid)) return true;
  try {
    return Date.now() - statSync(file).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Somebody removed it: the work itself ends in an atomic rename, so at worst it is done twice.
  }
}
