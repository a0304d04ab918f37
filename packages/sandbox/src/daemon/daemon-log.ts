import { appendFileSync, copyFileSync, existsSync, renameSync, truncateSync } from "node:fs";

/** Writes one line to the daemon's log. */
export type Log = (line: string) => void;

/** Former logs that stay beside the current one: `daemon.log.1` is the latest. */
const FORMER_LOGS = 2;

/**
 * Puts the former run's log aside. The file is emptied, not replaced: it is also where standard error goes, so that
 * the last words of a crash are found.
 */
export function rotateLog(file: string): void {
  if (!existsSync(file)) return;
  for (let age = FORMER_LOGS; age > 1; age--) {
    if (existsSync(`${file}.${age - 1}`)) renameSync(`${file}.${age - 1}`, `${file}.${age}`);
  }
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/** A log that can't be written (its folder is gone, the disk is full) must not end the machines: lines get lost then. */
export function fileLog(file: string): Log {
  return (line) => {
    try {
      appendFileSync(file, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
    } catch {
      return;
    }
  };
}
