import { spawn } from "node:child_process";

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutSeconds?: number;
  signal?: AbortSignal;
}

/** Runs a command to its end. A command that takes too long is killed with its process group and named in the error. */
export function command(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const { cwd, env = process.env, timeoutSeconds = 120, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const kill = (): void => {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeoutSeconds * 1000);
    signal?.addEventListener("abort", kill);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, endSignal) => {
      clearTimeout(timer);
      if (timedOut) {
        reject(new Error(`${file} ${args.join(" ")} took more than ${timeoutSeconds} s.\n${stdout}\n${stderr}`));
      } else {
        resolve({ code: code ?? (endSignal ? 128 : 1), stdout, stderr });
      }
    });
  });
}

/** The same, for a command that has to succeed. */
export async function succeed(file: string, args: readonly string[], options?: CommandOptions): Promise<string> {
  const result = await command(file, args, options);
  if (result.code !== 0) {
    throw new Error(`${file} ${args.join(" ")} ended with ${result.code}.\n${result.stdout}\n${result.stderr}`);
  }
  return result.stdout;
}
