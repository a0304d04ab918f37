import { openSandbox, sandboxFolder, type Sandbox } from "@windows-ha/sandbox";
import type { Command } from "commander";
import { resolve } from "node:path";
import { watched } from "../progress";
import type { Terminal } from "../terminal";

export interface FolderOption {
  folder?: string;
}

export interface JsonOption extends FolderOption {
  json?: boolean;
}

export function withFolder(command: Command): Command {
  return command.option(
    "--folder <folder>",
    "the sandbox's folder (default: WINDOWS_HA_SANDBOX, else .windows-ha/sandbox in the project around the current folder)",
  );
}

export function withJson(command: Command): Command {
  return withFolder(command).option("--json", "print data for programs");
}

export function folderOf(options: FolderOption, terminal: Terminal): string {
  return options.folder === undefined
    ? sandboxFolder(terminal.cwd, terminal.env)
    : resolve(terminal.cwd, options.folder);
}

export function sandboxOf(options: FolderOption, terminal: Terminal): Sandbox {
  return openSandbox(folderOf(options, terminal));
}

/** Tells something of the sandbox, once. */
export function remark(terminal: Terminal, line: string): void {
  terminal.err(`${terminal.colors.err.dim(`sandbox: ${line}`)}\n`);
}

/** Starts the sandbox unless it runs. */
export async function startSandbox(sandbox: Sandbox, terminal: Terminal): Promise<void> {
  await watched(terminal, { title: "Start the sandbox", area: "sandbox" }, (onProgress) =>
    sandbox.ensureRunning({ onProgress }),
  );
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(JSON.stringify(value, undefined, 2) + "\n");
}
