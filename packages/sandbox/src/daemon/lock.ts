import { existsSync, linkSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJson } from "../files";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity";

/** Thrown when a living process holds the lock. */
export class LockHeldError extends Error {
  constructor(readonly owner: ProcessIdentity) {
    super(`process ${owner.pid} holds the lock`);
    this.name = "LockHeldError";
  }
}

const LOCK_FILE = /^lock\.(\d+)$/;

/**
 * Takes an existing folder's lock, and returns what gives it back. A process that ends without giving it back loses it.
 *
 * Every owner makes a file of the next number, which only one process can do, and the highest number counts. A dead
 * owner's file is never taken over (two processes could each believe they removed the other's), only outnumbered.
 */
export function acquireLock(folder: string): () => void {
  for (;;) {
    const highest = highestNumber(folder);
    const owner = readOwner(folder, highest);
    if (owner && isAlive(owner)) throw new LockHeldError(owner);
    if (!claim(folder, highest + 1)) continue;
    if (highestNumber(folder) !== highest + 1) {
      // A slow look: others came, went and removed the number that this claim outbid.
      rmSync(fileOf(folder, highest + 1), { force: true });
      continue;
    }
    removeBelow(folder, highest + 1);
    return () => giveBack(fileOf(folder, highest + 1));
  }
}

/** The file stays, ownerless: the next owner must find the number. */
function giveBack(file: string): void {
  if (existsSync(file)) writeJson(file, {});
}

function fileOf(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}

function numbers(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => LOCK_FILE.exec(name)?.[1] ?? [])
    .map(Number);
}

function highestNumber(folder: string): number {
  return Math.max(0, ...numbers(folder));
}

function readOwner(folder: string, number: number): ProcessIdentity | undefined {
  const owner = readJson<Partial<ProcessIdentity>>(fileOf(folder, number));
  return owner?.pid === undefined ? undefined : { pid: owner.pid, startTime: owner.startTime };
}

/** Makes the file with its content in one step; false when another process was faster. */
function claim(folder: string, number: number): boolean {
  const draft = join(folder, `lock-draft.${process.pid}`);
  writeFileSync(draft, JSON.stringify(ownIdentity()), { mode: 0o600 });
  try {
    linkSync(draft, fileOf(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function removeBelow(folder: string, number: number): void {
  for (const lower of numbers(folder).filter((one) => one < number)) rmSync(fileOf(folder, lower), { force: true });
}
