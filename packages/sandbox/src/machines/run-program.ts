import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

export interface ProgramRun {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** File that the program's output goes to, both kinds in the order of writing. */
  output: string;
  timeoutMs: number;
  signal: AbortSignal;
}

/** Runs a program to its end. It and all its children end with the signal. @returns the exit code; -1 if it was killed. */
export async function runProgram(run: ProgramRun): Promise<number> {
  run.signal.throwIfAborted();
  const output = openSync(run.output, "a", 0o600);
  try {
    const program = spawn(run.file, run.args, {
      cwd: run.cwd,
      env: run.env,
      stdio: ["ignore", output, output],
      // A process group of its own: it can be ended whole, and a Ctrl-C at the terminal is for the sandbox to handle.
      detached: true,
    });
    const kill = () => killGroup(program.pid);
    const timer = setTimeout(kill, run.timeoutMs);
    run.signal.addEventListener("abort", kill, { once: true });
    try {
      return await new Promise<number>((resolve, reject) => {
        program.once("error", reject);
        program.once("exit", (code) => resolve(code ?? -1));
      });
    } finally {
      clearTimeout(timer);
      run.signal.removeEventListener("abort", kill);
    }
  } finally {
    closeSync(output);
  }
}

/** Ends a process group that was started here, if it is still there. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The last bytes of a file, as text. */
export function tail(file: string, bytes: number): string {
  const handle = openSync(file, "r");
  try {
    const { size } = fstatSync(handle);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8");
  } finally {
    closeSync(handle);
  }
}
