import { HelpAsked, WrongCommandLine } from "./command-line.mjs";
import { Failure, Interrupted } from "./errors.mjs";
import { EXIT_CODES, interruptSignal } from "./process.mjs";

/**
 * Runs a command of this folder: Ctrl-C ends it cleanly, and an error is shown as what it means to the reader.
 *
 * @param {string} again what the user runs to go on
 * @param {(signal: AbortSignal) => Promise<number | void>} work its number is the exit code
 */
export async function main(again, work) {
  const signal = interruptSignal();
  try {
    process.exitCode = (await work(signal)) ?? 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write(`\nInterrupted. Nothing is lost: \`${again}\` goes on from here.\n`);
      process.exitCode = EXIT_CODES[error.signal];
    } else if (error instanceof Failure) {
      showFailure(error);
      process.exitCode = 1;
    } else if (error instanceof HelpAsked) {
      process.stdout.write(`${error.message}\n`);
    } else if (error instanceof WrongCommandLine || error.code?.startsWith("ERR_PARSE_ARGS")) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 2;
    } else {
      throw error;
    }
  }
}

function showFailure({ message, log, tail }) {
  const lines = [`\n${message}`];
  if (tail.length > 0) lines.push("", ...tail.map((line) => `  │ ${line}`));
  if (log) lines.push("", `Full output: ${log}`);
  process.stderr.write(`${lines.join("\n")}\n`);
}
