import type { Sandbox } from "@windows-ha/sandbox";
import type { Terminal } from "../terminal";
import { printJson, type JsonOption } from "./common";

/** Says what became of a machine: in a word, or as `machines --json` has it. */
export async function printMachine(
  sandbox: Sandbox,
  { name, done }: { name: string; done: string },
  { json }: JsonOption,
  terminal: Terminal,
): Promise<void> {
  if (!json) return terminal.out(`${done} ${name}\n`);
  printJson(
    terminal,
    (await sandbox.machines()).find((machine) => machine.name === name),
  );
}
