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
}

export interface TerminalOptions extends Omit<Terminal, "colors"> {
  /** Which of the two outputs shows colours. */
  colored: { out: boolean; err: boolean };
}

export function createTerminal({ colored, ...rest }: TerminalOptions): Terminal {
  return { ...rest, colors: { out: createColors(colored.out), err: createColors(colored.err) } };
}

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return createTerminal({
    cwd: process.cwd(),
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    colored: { out: wantsColor(stdout, env), err: wantsColor(stderr, env) },
  });
}

/** https://no-color.org: any value that isn't empty counts. */
function wantsColor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY && !env.NO_COLOR && env.TERM !== "dumb";
}
