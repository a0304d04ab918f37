import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { OUTPUT_FILE } from "./run-custom-script";

/** Where a machine keeps its things. */
export class MachineFolder {
  constructor(readonly path: string) {}

  /** What the machine takes for its disk. */
  get root(): string {
    return join(this.path, "root");
  }

  /** What the init process prints. */
  get console(): string {
    return join(this.path, "console.log");
  }

  get customScript(): string {
    return join(this.path, "extensions", "custom-script");
  }

  /** All log files that are there, by a name that says whose they are. */
  logs(): { name: string; file: string }[] {
    const logs = entries(join(this.root, "logs"))
      .filter((name) => name.endsWith(".log"))
      .map((name) => ({ name, file: join(this.root, "logs", name) }));
    const runs = entries(this.customScript)
      .sort((a, b) => Number(a) - Number(b))
      .map((run) => ({ name: `extension ${run}`, file: join(this.customScript, run, OUTPUT_FILE) }));
    return [...logs, ...runs, { name: "console", file: this.console }].filter(({ file }) => existsSync(file));
  }
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
