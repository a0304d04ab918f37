import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { killGroup } from "./run-program";

export interface HostInitOptions {
  /** The host build of the agent. */
  file: string;
  env: Record<string, string>;
  cwd: string;
  /** File that takes what the process prints. */
  console: string;
}

/** A machine that isn't ready after this long won't be. */
const BOOT_TIMEOUT_MS = 60_000;

/**
 * A machine's init process: it starts the machine's services and ends with them when its power is cut. Its standard
 * input is the power cord: when the sandbox dies, it closes.
 */
export class HostInit {
  /** Resolves when the process is gone, with how it ended. */
  readonly ended: Promise<string>;

  private constructor(private readonly process: ChildProcess) {
    this.ended = new Promise((resolve) => {
      process.once("error", (error) => resolve(error.message));
      process.once("exit", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    });
  }

  /** @throws Error when the process ends or stays silent instead of printing `ready`. */
  static async boot(options: HostInitOptions): Promise<HostInit> {
    const { file, env, cwd, console } = options;
    const screen = openSync(console, "a", 0o600);
    const child = spawn(file, ["scm", "--exit-with-stdin"], {
      cwd,
      env,
      stdio: ["pipe", "pipe", screen],
      // A process group of its own: the power is cut for all of it, and Ctrl-C at the terminal doesn't reach it.
      detached: true,
    });
    child.stdin!.on("error", () => undefined);
    const init = new HostInit(child);
    const ready = new Promise<void>((resolve) => {
      const lines = createInterface({ input: child.stdout! });
      lines.on("line", (line) => {
        writeSync(screen, `${line}\n`);
        if (line.trim() === "ready") resolve();
      });
      lines.on("close", () => closeSync(screen));
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not ready after ${BOOT_TIMEOUT_MS / 1000} s`)), BOOT_TIMEOUT_MS);
    });
    const early = init.ended.then((how) =>
      Promise.reject(new Error(`its init process ended before it was ready: ${how}`)),
    );
    try {
      await Promise.race([ready, late, early]);
      return init;
    } catch (error) {
      await init.cut();
      throw error;
    } finally {
      clearTimeout(timer);
      early.catch(() => undefined);
    }
  }

  /** Cuts the power. */
  async cut(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) killGroup(this.process.pid);
    await this.ended;
  }
}
