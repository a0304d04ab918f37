import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../daemon/process-identity";
import { endLeftovers } from "../../machines/leftovers";
import { killGroup, tail } from "../../machines/run-program";
import type { KeeperEvent, KeeperOrder } from "./keeper-protocol";

const LOOK_EVERY_MS = 20;
const SHOWN_LOG_BYTES = 1500;

/**
 * Programs that belong together, each with its own log in a folder. They end together: when they are told to, and when
 * this process ends, however it does.
 */
export class ProgramGroup {
  readonly #keeper: ChildProcess;
  readonly #processIds = new Map<string, number>();
  readonly #ended = new Map<string, string>();

  constructor(
    private readonly folder: string,
    onEnd: (name: string, how: string) => void,
  ) {
    // Of a sandbox that was killed together with the keeper.
    endLeftovers(folder);
    this.#keeper = fork(require.resolve("./keeper"), [], {
      // A process group of its own: it is killed whole, and Ctrl-C at the terminal doesn't reach it.
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { PATH: process.env["PATH"], HOME: folder, WINDOWS_HA_ROOT: folder },
    });
    this.#keeper.on("error", () => undefined);
    this.#keeper.on("message", (message) => {
      const event = message as KeeperEvent;
      if ("processId" in event) this.#processIds.set(event.name, event.processId);
      else {
        this.#ended.set(event.name, event.ended);
        onEnd(event.name, event.ended);
      }
    });
  }

  start(name: string, file: string, args: readonly string[]): void {
    this.#ended.delete(name);
    const order: KeeperOrder = { name, file, args, folder: this.folder, log: this.logOf(name) };
    if (this.#keeper.connected) this.#keeper.send(order);
  }

  logOf(name: string): string {
    return join(this.folder, `${name}.log`);
  }

  /** Of the programs that run or ran, and of what keeps them. */
  get processIds(): number[] {
    return [this.#keeper.pid!, ...this.#processIds.values()];
  }

  /** Whether programs can be started: they all end with what keeps them. */
  get isRunning(): boolean {
    return this.#keeper.exitCode === null && this.#keeper.signalCode === null;
  }

  /** Programs that ended by themselves, each with the end of what it said. */
  dead(): string[] {
    if (!this.isRunning) return ["all programs were ended"];
    return [...this.#ended].map(([name, how]) => {
      const log = this.logOf(name);
      return `${name} ended (${how})${existsSync(log) ? `; its log, ${log}, ends with:\n${tail(log, SHOWN_LOG_BYTES)}` : ""}`;
    });
  }

  async end(): Promise<void> {
    const keeper = this.#keeper;
    if (this.isRunning) {
      const gone = once(keeper, "exit");
      killGroup(keeper.pid);
      await gone;
    }
    while (this.processIds.some((pid) => isAlive({ pid }))) await sleep(LOOK_EVERY_MS);
  }
}
