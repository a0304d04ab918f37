import { SandboxError, version, type SandboxErrorCode } from "@windows-ha/sandbox";
import { Command, CommanderError } from "commander";
import { addBuildCommand } from "./commands/build";
import { addCompletionCommand } from "./commands/completion";
import { addExplainCommands } from "./commands/explain";
import { addReportCommand } from "./commands/report";
import { addSandboxCommands } from "./commands/sandbox";
import { EXIT } from "./exit-codes";
import { StartError } from "./run-child";
import type { Terminal } from "./terminal";

const SANDBOX_EXIT: Record<SandboxErrorCode, number> = {
  "not-running": EXIT.notRunning,
  "daemon-failed": EXIT.failed,
  refused: EXIT.failed,
  unusable: EXIT.failed,
};

/** Help and version were asked for: not an error. */
const ANSWERED = ["commander.helpDisplayed", "commander.version"];

/** Runs the command line and returns its exit code. It never throws. */
export async function run(argv: string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command("windows-ha")
    .description("Highly available Windows clusters: try them on your own computer, then deploy them to Azure.")
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(add "--help" to see what there is)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  addSandboxCommands(program, terminal, (childCode) => (code = childCode));
  addBuildCommand(program, terminal);
  addExplainCommands(program, { terminal, exitWith: (answer) => (code = answer) });
  addReportCommand(program, { terminal, exitWith: (answer) => (code = answer) });
  await addCompletionCommand(program, argv);
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    return report(error, terminal);
  }
}

function report(error: unknown, terminal: Terminal): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return ANSWERED.includes(error.code) ? EXIT.ok : EXIT.usage;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  terminal.err(
    `${terminal.colors.err.red("error:")} ${terminal.env.WINDOWS_HA_DEBUG === "1" ? (stack ?? message) : message}\n`,
  );
  if (error instanceof StartError) return error.exitCode;
  return error instanceof SandboxError ? SANDBOX_EXIT[error.code] : EXIT.failed;
}
