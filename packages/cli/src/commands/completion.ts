import type { Command } from "commander";
import { withHelp } from "../help";

/** What the user asks for, and what the script asks for at every Tab. */
const NAMES = ["completion", "complete"];

/**
 * Adds `completion`, which prints a script for the user's shell. The library behind it is loaded only when it is asked:
 * all other commands start without it.
 */
export async function addCompletionCommand(program: Command, argv: readonly string[]): Promise<void> {
  if (NAMES.includes(argv[0] ?? "")) {
    const { default: tab } = await import("@bomb.sh/tab/commander");
    tab(program, { completionCommandName: NAMES[0] });
  } else {
    program.command(NAMES[0]!);
  }
  const command = program.commands
    .find((one) => one.name() === NAMES[0])!
    .description("print a script that completes commands and options in a shell")
    .usage("<bash|fish|powershell|zsh>");
  withHelp(command, {
    examples: [`echo 'eval "$(windows-ha completion bash)"' >> ~/.bashrc`, "windows-ha completion fish | source"],
  });
}
