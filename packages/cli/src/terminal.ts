import { createColors } from "picocolors";

type Colors = ReturnType<typeof createColors>;

/** Where a command reads its surroundings and writes its output. */
export interface Terminal {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Data, for people and pipes. */
  out: (text: string) => void;
  /** Progress and errors. */
  err: (text: string) => void;
  colors: { out: Colors; err: Colors };
  /** Where a person watches: a place for lines that change. */
  live?: NodeJS.WriteStream;
}

export interface TerminalOptions extends Omit<Terminal, "colors"> {
  /** Which of the two outputs shows colours. */
  colored: { out: boolean; err: boolean };
}

export function createTerminal({ colored, ...rest }: TerminalOptions): Terminal {
  return { ...rest, colors: { out: createColors(colored.out), err: createColors(colored.err) } };
}

/** A terminal that doesn't tell its width has 0. */
const LEAST_COLUMNS = 20;

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const colored = { out: wantsColor(stdout, env), err: wantsColor(stderr, env) };
  return createTerminal({
    cwd: process.cwd(),
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    colored,
    live: colored.err && !env.CI && stderr.columns >= LEAST_COLUMNS ? stderr : undefined,
  });
}

/** https://no-color.org: any value that isn't empty counts. */
function wantsColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY && !env.NO_COLOR && env.TERM !== "dumb";
}
