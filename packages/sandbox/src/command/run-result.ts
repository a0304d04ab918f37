/** How a command ended. */
export interface RunResult {
  stdout: string;
  stderr: string;
  /** Undefined when it didn't end by itself: a signal, or a lost connection. */
  code: number | undefined;
  /** In words, where there is no code. */
  ended?: string;
}

/** What a person sees of a failed command: the last part says why. */
const SHOWN_CHARACTERS = 4_096;

/** The output of a command that succeeded, without its last line end. The command itself is not repeated: see below. */
export function outputOf(result: RunResult, what: string): { stdout: string; stderr: string } {
  const { stdout, stderr, code } = result;
  if (code === 0) return { stdout: stdout.replace(/\n$/, ""), stderr: stderr.replace(/\n$/, "") };
  const how = code === undefined ? (result.ended ?? "did not end") : `exited with ${code}`;
  const shown = `${stdout}${stderr}`.trimEnd().slice(-SHOWN_CHARACTERS);
  // The official plugin repeats the command, and whatever secret is in it.
  throw new Error(`the command \`${what}\` ${how}${shown === "" ? ", and said nothing" : `:\n${shown}`}`);
}
