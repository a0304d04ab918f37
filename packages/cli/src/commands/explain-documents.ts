import type { StackResource } from "@windows-ha/spec";
import type { Command } from "commander";
import { readStack } from "../explain/stack-documents";
import type { Terminal } from "../terminal";

/** What every question about a declared stack is asked of. */
export interface DocumentOptions {
  preview?: string;
  state?: string;
  json?: boolean;
}

export function withDocuments(command: Command): Command {
  return command
    .option("--state <file>", "what `pulumi stack export` printed")
    .option(
      "--preview <file>",
      "what `pulumi preview --json` printed: the answer after that change (with --state, where it shows changes only)",
    )
    .option("--json", "print data for programs");
}

/** The stack that the documents show; ends the program where there is none. */
export function stackOf(command: Command, options: DocumentOptions, terminal: Terminal): StackResource[] {
  if (options.preview === undefined && options.state === undefined) {
    command.error("error: give --preview, --state, or both");
  }
  return readStack(options, terminal);
}

/** @param what nothing of which was found */
export function nothingIn(what: string, { state, preview }: DocumentOptions): Error {
  const hint =
    state === undefined
      ? "a preview shows only what changes: give the state too (`pulumi stack export > state.json`, --state state.json)"
      : "was this stack deployed?";
  return new Error(`no ${what} in ${[state, preview].filter(Boolean).join(" and ")}; ${hint}`);
}
