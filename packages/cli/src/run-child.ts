import { SandboxError } from "@windows-ha/sandbox";
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { text } from "node:stream/consumers";
import { EXIT } from "./exit-codes";

/** A terminal sends these to every process in its foreground: passing them on would be a second Ctrl-C. */
const TERMINAL_SIGNALS: NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGHUP"];
/** Only this process gets this one. */
const ADDRESSED_SIGNALS: NodeJS.Signals[] = ["SIGTERM"];

const START_ERRORS: Record<string, { code: number; why: string }> = {
  ENOENT: { code: EXIT.notFound, why: "no such command on PATH" },
  EACCES: { code: EXIT.notExecutable, why: "it may not be executed" },
};

/** Thrown when the command could not be started, with the exit code that shells use. */
export class StartError extends SandboxError {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super("unusable", message);
  }
}

/** Runs a command on this terminal, and returns its exit code as a shell would. */
export function runChild(
  command: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; cwd: string },
): Promise<number> {
  return ended(command, spawn(command, args, { ...options, stdio: "inherit" }));
}

/** The same, and keeps what the command prints; its messages are passed on. */
export async function capture(
  command: string,
  args: string[],
  { env, cwd, err }: { env: NodeJS.ProcessEnv; cwd: string; err: (text: string) => void },
): Promise<{ code: number; out: string }> {
  const child = spawn(command, args, { env, cwd, stdio: ["inherit", "pipe", "pipe"] });
  child.stderr.setEncoding("utf8").on("data", err);
  const [code, out] = await Promise.all([ended(command, child), text(child.stdout)]);
  return { code, out };
}

function ended(command: string, child: ChildProcess): Promise<number> {
  const handlers = [...TERMINAL_SIGNALS, ...ADDRESSED_SIGNALS].map((signal) => {
    const handle = () => {
      if (!TERMINAL_SIGNALS.includes(signal) || !isInForeground()) child.kill(signal);
    };
    process.on(signal, handle);
    return () => process.off(signal, handle);
  });
  return new Promise<number>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const known = START_ERRORS[error.code ?? ""] ?? { code: EXIT.failed, why: error.message };
      reject(new StartError(known.code, `can't start ${JSON.stringify(command)}: ${known.why}`));
    });
    child.on("exit", (code, signal) => resolve(code ?? EXIT.signalBase + constants.signals[signal!]));
  }).finally(() => handlers.forEach((remove) => remove()));
}

/**
 * Whether a terminal's Ctrl-C goes to this process, and so to its child, too. Linux tells which process group is in
 * the terminal's foreground; elsewhere having a terminal counts.
 */
function isInForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    // Behind the name: state, parent, group, session, terminal, the terminal's foreground group.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return group === foreground;
  } catch {
    return process.stdin.isTTY;
  }
}
