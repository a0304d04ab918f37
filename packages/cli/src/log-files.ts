import type { MachineLog } from "@windows-ha/sandbox";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Terminal } from "./terminal";

const LOOK_EVERY_MS = 250;

/** Prints one line of a log. */
type LinePrinter = (log: MachineLog, line: string) => void;

/** @param look named: each line begins with its log's name; json: each is a document of its own, so that logs can be followed */
export function logPrinter(terminal: Terminal, look: { named: boolean; json?: boolean }): LinePrinter {
  if (look.json) return ({ name }, line) => terminal.out(`${JSON.stringify({ log: name, line })}\n`);
  return ({ name }, line) => terminal.out(look.named ? `${terminal.colors.out.cyan(name)} | ${line}\n` : `${line}\n`);
}

/** Prints a log's last lines, and returns where the printed part ends (in bytes). */
export function printLog(log: MachineLog, lines: number, print: LinePrinter): number {
  const content = read(log);
  const end = lastLineEnd(content);
  const text = content.subarray(0, end).toString();
  const past = text === "" || lines === 0 ? [] : text.slice(0, -1).split("\n").slice(-lines);
  for (const line of past) print(log, line);
  return end;
}

/** Prints what is added to logs from given ends on, for ever. */
export async function followLogs(logs: MachineLog[], ends: number[], print: LinePrinter): Promise<never> {
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    logs.forEach((log, index) => {
      const content = read(log);
      // A log that shrank was put aside: this is a new one.
      const start = content.length < ends[index]! ? 0 : ends[index]!;
      const end = Math.max(start, lastLineEnd(content));
      ends[index] = end;
      if (end === start) return;
      const added = content.subarray(start, end - 1).toString();
      for (const line of added.split("\n")) print(log, line);
    });
  }
}

function read(log: MachineLog): Buffer {
  return existsSync(log.file) ? readFileSync(log.file) : Buffer.alloc(0);
}

function lastLineEnd(content: Buffer): number {
  return content.lastIndexOf("\n") + 1;
}
