import { parseArgs } from "node:util";

/** Help was asked for: `main` prints it, and all is well. */
export class HelpAsked extends Error {}

/** The command line is wrong: `main` ends with 2. */
export class WrongCommandLine extends Error {}

/**
 * @typedef {object} OptionRow
 * @property {"boolean" | "string"} type
 * @property {string} says
 * @property {string} [value] what a string is, `<suites>` for example
 * @property {boolean} [negative] whether there is a `--no-…` of it, too
 */

/**
 * Reads the options of a command, of which there are no others than these and `--help`.
 *
 * @param {{ command: string, does: string, options: Record<string, OptionRow>, examples?: string[], more?: string[] }} usage
 * @param {string[]} [args]
 * @returns {{ [option: string]: any }}
 */
export function readOptions(usage, args = process.argv.slice(2)) {
  const rows = Object.entries(usage.options);
  const options = Object.fromEntries(rows.map(([name, { type }]) => [name, { type }]));
  try {
    const { help, ...values } = parseArgs({
      args,
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowNegative: rows.some(([, { negative }]) => negative),
    }).values;
    if (help) throw new HelpAsked(helpText(usage));
    return values;
  } catch (error) {
    if (!error.code?.startsWith("ERR_PARSE_ARGS")) throw error;
    // What follows the first sentence explains the parser.
    const [what] = error.message.split(". ");
    throw new WrongCommandLine(`${what}. There are: ${optionTerms(usage).join(", ")}. More: ${usage.command} --help`);
  }
}

function optionTerms({ options }) {
  const terms = Object.entries(options).flatMap(([name, { value, negative }]) => [
    `--${name}${value ? ` ${value}` : ""}`,
    ...(negative ? [`--no-${name}`] : []),
  ]);
  return [...terms, "--help"];
}

function helpText(usage) {
  const { command, does, options, examples = [], more = [] } = usage;
  const rows = Object.entries(options).map(([name, { value, negative, says }]) => [
    `--${negative ? "[no-]" : ""}${name}${value ? ` ${value}` : ""}`,
    says,
  ]);
  const width = Math.max(...rows.map(([term]) => term.length), "--help".length) + 2;
  return [
    `Usage: ${command} [options]`,
    "",
    does,
    "",
    "Options:",
    ...[...rows, ["--help", "show this"]].map(([term, says]) => `  ${term.padEnd(width)}${says}`),
    ...(examples.length > 0 ? ["", "Examples:", ...examples.map((line) => `  ${line}`)] : []),
    ...(more.length > 0 ? ["", ...more] : []),
    "",
    "Exit codes: 0 done, 1 failed, 2 the command line is wrong, 130 Ctrl-C",
  ].join("\n");
}
