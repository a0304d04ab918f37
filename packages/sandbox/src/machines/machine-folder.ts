import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { OUTPUT_FILE } from "./run-host-agent";

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

  get applications(): string {
    return join(this.path, "extensions", "vm-applications");
  }

  get cloudInit(): string {
    return join(this.path, "extensions", "cloud-init");
  }

  /** All log files that are there, by a name that says whose they are. */
  logs(): { name: string; file: string }[] {
    const logs = ["", "consul"].flatMap((folder) =>
      entries(join(this.root, "logs", folder))
        .filter((name) => name.endsWith(".log"))
        .map((name) => ({ name: join(folder, name), file: join(this.root, "logs", folder, name) })),
    );
    const boots = runsIn(this.cloudInit, "cloud-init");
    const runs = runsIn(this.customScript, "extension");
    const applications = runsIn(this.applications, "application");
    return [...logs, ...boots, ...runs, ...applications, { name: "console", file: this.console }].filter(({ file }) =>
      existsSync(file),
    );
  }
}

function runsIn(folder: string, what: string): { name: string; file: string }[] {
  return entries(folder)
    .sort((a, b) => Number(a) - Number(b))
    .map((run) => ({ name: `${what} ${run}`, file: join(folder, run, OUTPUT_FILE) }));
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
