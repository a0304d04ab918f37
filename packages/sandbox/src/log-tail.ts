import { existsSync, readFileSync } from "node:fs";
import type { SandboxLayout } from "./layout";

const LINES = 8;

/** Where the daemon's log is and how it ends, for the end of an error's message. */
export function logTail(layout: SandboxLayout): string {
  if (!existsSync(layout.daemonLog)) return `It left no log (${layout.daemonLog}).`;
  const lines = readFileSync(layout.daemonLog, "utf8").trimEnd().split("\n").slice(-LINES);
  return [`Its log (${layout.daemonLog}) ends with:`, ...lines].join("\n  ");
}
