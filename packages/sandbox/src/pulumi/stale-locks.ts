import { existsSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join, relative } from "node:path";
import { isAlive, startedAt } from "../daemon/process-identity";
import { readJson } from "../files";
import type { SandboxLayout } from "../layout";

/** A lock that a Pulumi CLI took on a stack. */
export interface StackLock {
  file: string;
  /** `organization/<project>/<stack>` as Pulumi names it. */
  stack: string;
  pid: number;
  username: string;
  hostname: string;
  /** ISO 8601 */
  timestamp: string;
}

/** Clock steps and rounding between Pulumi's time stamp and the kernel's. */
const TOLERANCE_MS = 2_000;

/** Removes the locks whose owner is gone (Pulumi itself never does), and returns them with those that are left. */
export function removeStaleLocks(layout: SandboxLayout): { removed: StackLock[]; held: StackLock[] } {
  const locks = readLocks(layout);
  const removed = locks.filter(isStale);
  for (const lock of removed) {
    rmSync(lock.file, { force: true });
    rmSync(`${lock.file}.attrs`, { force: true });
  }
  return { removed, held: locks.filter((lock) => !removed.includes(lock)) };
}

/** The locks that there are, whoever has them. */
export function readLocks(layout: SandboxLayout): StackLock[] {
  const folder = join(layout.backend, ".pulumi", "locks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .flatMap((path) => {
      const file = join(folder, path);
      const lock = readLock(file);
      return lock ? { ...lock, file, stack: relative(folder, dirname(file)).replaceAll("\\", "/") } : [];
    });
}

/** Undefined for a lock that went away, or is being written, right now. */
function readLock(file: string): Omit<StackLock, "file" | "stack"> | undefined {
  try {
    return readJson(file);
  } catch {
    return undefined;
  }
}

/** Another computer's processes can't be seen: its locks stay. */
function isStale(lock: StackLock): boolean {
  if (lock.hostname !== hostname()) return false;
  if (!isAlive({ pid: lock.pid })) return true;
  // The number may be in use again: a process that started after the lock was taken is not its owner.
  const started = startedAt(lock.pid);
  return started !== undefined && started.getTime() > Date.parse(lock.timestamp) + TOLERANCE_MS;
}
