import { version } from "@windows-ha/sandbox";
import { Command } from "commander";
import { addBuildCommand } from "./commands/build";
import { printJson } from "./commands/common";
import { addCompletionCommand } from "./commands/completion";
import { addExplainCommands } from "./commands/explain";
import { addReportCommand } from "./commands/report";
import { addSandboxCommands } from "./commands/sandbox";
import { failureOf } from "./errors";
import { EXIT } from "./exit-codes";
import { helpStyle, leadOn, withGroup, withHelp } from "./help";
import type { Terminal } from "./terminal";

/** Runs the command line and returns its exit code. It never throws. */
export async function run(argv: string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const exitWith = (answer: number): void => void (code = answer);
  const program = new Command("windows-ha")
    .description("Highly available Windows clusters: try them on your own computer, then deploy them to Azure.")
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .configureHelp(helpStyle(terminal))
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      getOutHasColors: () => terminal.colors.out.isColorSupported,
      getErrHasColors: () => terminal.colors.err.isColorSupported,
      outputError: (message, write) => write(withGroup(program, message)),
    });
  withHelp(program, {
    examples: ["windows-ha sandbox exec -- pulumi up", "windows-ha report --run -- --stack dev"],
    exits: ["notRunning", "refused", "policy"],
    note: "`windows-ha <command> --help` shows examples, options and exit codes of each command.",
  });
  const context = { terminal, exitWith };
  addSandboxCommands(program, context);
  addBuildCommand(program, terminal);
  addExplainCommands(program, context);
  addReportCommand(program, context);
  await addCompletionCommand(program, argv);
  leadOn(program);
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    return report(error, argv, terminal);
  }
}

function report(error: unknown, argv: readonly string[], terminal: Terminal): number {
  const failure = failureOf(error);
  if (failure === undefined) return EXIT.ok;
  const { code, exitCode, message } = failure;
  // Of a wrong command line commander has spoken already.
  if (code !== "usage") {
    const text = terminal.env.WINDOWS_HA_DEBUG === "1" ? ((error as Error).stack ?? message) : message;
    terminal.err(`${terminal.colors.err.red("error:")} ${text}\n`);
  }
  if (wantsJson(argv)) printJson(terminal, { error: failure });
  return exitCode;
}

/** Also where the command line is wrong elsewhere, and nobody has read the option. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes("--json");
}
