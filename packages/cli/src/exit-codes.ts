/** What the command's exit codes mean; `exec` passes on its command's code instead. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  refused: 4,
  policy: 5,
  notExecutable: 126,
  notFound: 127,
  /** As shells have it: ended by signal number (code − 128). */
  signalBase: 128,
} as const;

export interface ExitRow {
  code: string;
  meaning: string;
}

/** Every command has these. */
const COMMON: ExitRow[] = [
  { code: String(EXIT.ok), meaning: "done" },
  { code: String(EXIT.failed), meaning: "failed, with one sentence that says what to do" },
  { code: String(EXIT.usage), meaning: "the command line is wrong, and nothing was done" },
];

const SPECIAL = {
  notRunning: { code: String(EXIT.notRunning), meaning: "the sandbox doesn't run" },
  refused: { code: String(EXIT.refused), meaning: "the flow is refused to some machines" },
  policy: { code: String(EXIT.policy), meaning: "something is in the preview that --fail-on names" },
  child: {
    code: "other",
    meaning: `the command's own; ${EXIT.notExecutable} and ${EXIT.notFound} when it can't be started, ${EXIT.signalBase} + n after signal n`,
  },
} satisfies Record<string, ExitRow>;

export type SpecialExit = keyof typeof SPECIAL;

/** The exit codes of a command, in the order of their numbers. */
export function exitRows(special: readonly SpecialExit[] = []): ExitRow[] {
  return [...COMMON, ...special.map((name) => SPECIAL[name])];
}
