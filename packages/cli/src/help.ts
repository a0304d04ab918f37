import type { Argument, Command, HelpConfiguration } from "commander";
import { exitRows, type SpecialExit } from "./exit-codes";
import type { Terminal } from "./terminal";

export interface CommandHelp {
  /** Command lines that work as they are, but for names of files and machines. */
  examples: [string, ...string[]];
  /** Exit codes that other commands don't have. */
  exits?: SpecialExit[];
  /** What else belongs below the options. */
  note?: string;
}

/** Adds to a command's `--help` what it looks like in use, and what its exit code says. */
export function withHelp(command: Command, { examples, exits, note }: CommandHelp): void {
  const lines = [
    examples.length === 1 ? "Example:" : "Examples:",
    ...examples.map((line) => `  ${line}`),
    ...(note === undefined ? [] : ["", note]),
    "",
    "Exit codes:",
    ...exitRows(exits).map(({ code, meaning }) => `  ${code.padEnd(5)}  ${meaning}`),
  ];
  command.addHelpText("after", `\n${lines.join("\n")}`);
}

/** How help looks: titles stand out, and a command's line names its arguments, not that there are options. */
export function helpStyle({ colors }: Terminal): HelpConfiguration {
  return {
    styleTitle: colors.out.bold,
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" "),
  };
}

function argumentTerm(argument: Argument): string {
  const text = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${text}>` : `[${text}]`;
}

/** Has every error of a command line end with the line that leads on. */
export function leadOn(command: Command, path: readonly string[] = [command.name()]): void {
  command.showHelpAfterError(`(${path.join(" ")} --help shows what there is)`);
  for (const child of command.commands) leadOn(child, [...path, child.name()]);
}

/** For a command that stands in a group, and was asked for without it: `status` is `sandbox status`. */
export function withGroup(program: Command, message: string): string {
  const [, name] = /unknown command '(.+)'\n$/.exec(message) ?? [];
  const group = program.commands.find(({ commands }) => commands.some((child) => child.name() === name));
  return group === undefined ? message : `${message}(Did you mean ${group.name()} ${name}?)\n`;
}
