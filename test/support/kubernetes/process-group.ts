import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Programs that belong together, each with its own log in a folder, ended together. */
export class ProcessGroup {
  readonly #running: { name: string; child: ChildProcess }[] = [];

  constructor(private readonly folder: string) {}

  start(name: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), "a");
    const child = spawn(name, args, { stdio: ["ignore", log, log], cwd: this.folder });
    closeSync(log);
    // A program that can't be started is found by the log's end and the missing process.
    child.on("error", () => {});
    this.#running.push({ name, child });
  }

  /** Programs that ended by themselves, with the last lines of what they said. */
  dead(): string[] {
    return this.#running
      .filter(({ child }) => child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
      .map(({ name }) => `${name} ended:\n${this.tail(name)}`);
  }

  get processIds(): number[] {
    return this.#running.flatMap(({ child }) => child.pid ?? []);
  }

  tail(name: string): string {
    return readFileSync(join(this.folder, `${name}.log`), "utf8")
      .split("\n")
      .slice(-15)
      .join("\n");
  }

  /** The last that was started ends first. An API server may take its time to go gracefully, and needn't. */
  async end(): Promise<void> {
    for (const { child } of this.#running.reverse()) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
  }
}
