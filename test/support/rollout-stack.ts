import { readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command";
import { REPOSITORY, SandboxStack } from "./sandbox-stack";
import { answeringMachines, eventually } from "./traffic";

const PROBED = /^(\S+) \S+: machine (\S+) is (up|down): /;
const INSTALLS = /^(\S+) (\S+): (?:application|extension) .*\bruns \(/;

export interface RolloutOptions {
  compute: "scaleSet" | "machines";
  count: number;
  drainSeconds: number;
}

/** `orders` on some machines, in releases that differ in what they answer. */
export class RolloutStack extends SandboxStack {
  constructor(private readonly options: RolloutOptions) {
    super(join(REPOSITORY, "test/engine/programs/rollout"));
  }

  /** Brings release 1.0.0 up, and returns the URL that a load asks. */
  async begin(): Promise<string> {
    const { compute, count, drainSeconds } = this.options;
    await this.create({ compute, count: String(count), drain: String(drainSeconds) });
    await this.declare("1.0.0");
    await this.up();
    await this.allAnswer();
    return `${await this.output("url")}/orders`;
  }

  /** Declares a release with a program of its own. */
  async declare(release: string, { fault = "", deadlineSeconds = 30 } = {}): Promise<void> {
    const out = join(this.folder, release);
    const build = join(REPOSITORY, "examples/services/orders/build.mjs");
    const built = await command(process.execPath, [build, "--version", release, "--out", out]);
    if (built.code !== 0) throw new Error(built.stderr);
    await this.setAll({ release, program: join(out, "orders.exe"), fault, deadline: String(deadlineSeconds) });
  }

  async allAnswer(): Promise<void> {
    const url = await this.output("url");
    const { count } = this.options;
    await eventually("answers from all machines", 40, async () => (await answeringMachines(url, 30)).size === count);
  }

  /** What runs on the machines, sorted. */
  async versions(): Promise<string[]> {
    return (await this.machines()).map(({ version = "none" }) => version).sort();
  }

  /** The step of the installation that is going on on a machine, as its journal says. */
  stepOf(machine: string): string | undefined {
    try {
      const journal = readFileSync(join(this.sandbox, "machines", machine, "root/journal.json"), "utf8");
      return (JSON.parse(journal) as { step: string }).step;
    } catch {
      return undefined;
    }
  }

  /** Machines on which an installation began since a moment. */
  tried(since: Date): string[] {
    const began = this.#log().map((line) => INSTALLS.exec(line));
    return [...new Set(began.flatMap((found) => (found && new Date(found[1]!) > since ? [found[2]!] : [])))];
  }

  /**
   * The fewest machines that got new connections at a time since a moment, from what the load balancer says of each:
   * none is missed, as by looking now and then.
   */
  fewestInRotation(since: Date): number {
    const up = new Set<string>();
    let fewest = Infinity;
    for (const line of this.#log()) {
      const [, at, machine, state] = PROBED.exec(line) ?? [];
      if (at === undefined) continue;
      if (new Date(at) > since) fewest = Math.min(fewest, up.size);
      if (state === "up") up.add(machine!);
      else up.delete(machine!);
    }
    return Math.min(fewest, up.size);
  }

  #log(): string[] {
    return readFileSync(join(this.sandbox, "daemon.log"), "utf8").split("\n");
  }
}
