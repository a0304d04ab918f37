import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, type CommandResult } from "./command";
import { forwarderLibrary } from "./forwarder-dll";
import { eventually } from "./traffic";
import type { WindowsMachine } from "./windows-machine";

const END_SECONDS = 15;
const MACHINE_ENVIRONMENT = String.raw`HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\Session Manager\Environment`;

/** A Windows machine by Wine: a folder as its disk, with a registry and a service control manager of its own. */
export class WineMachine implements WindowsMachine {
  readonly buildTags = ["wine"];
  private readonly folder = mkdtempSync(join(tmpdir(), "wha-wine-"));
  /** The folder that programs there call `C:\`. */
  private readonly disk = join(this.folder, "drive_c");
  private readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    WINEPREFIX: this.folder,
    WINEDEBUG: "-all",
    // No browser and no .NET: nobody is asked whether to download them.
    WINEDLLOVERRIDES: "mscoree,mshtml=",
    DISPLAY: "",
  };
  private power?: ChildProcess;

  /** @param machineEnv of all programs there, services too: the machine's own environment variables */
  constructor(private readonly machineEnv: Record<string, string> = {}) {
    Object.assign(this.env, machineEnv);
  }

  async boot(): Promise<void> {
    const first = await command("wine", ["wineboot", "--init"], { env: this.env, timeoutSeconds: 120 });
    // Its exit code tells of 32-bit programs, which a Wine without them can't start. What counts is written last.
    if (!existsSync(join(this.folder, ".update-timestamp"))) {
      throw new Error(`wineboot ended with ${first.code}.\n${first.stdout}\n${first.stderr}`);
    }
    writeFileSync(
      join(this.disk, "windows/system32/bcryptprimitives.dll"),
      forwarderLibrary("bcryptprimitives.dll", "ProcessPrng", "advapi32.SystemFunction036"),
    );
    await this.importRegistry(MACHINE_ENVIRONMENT, this.machineEnv);
    // Wine's services end with the last program that isn't one: this one waits until its input ends.
    this.power = spawn("wine", ["cmd"], { env: this.env, stdio: ["pipe", "ignore", "ignore"], detached: true });
  }

  /** Runs a Windows program, named by its path on this computer. */
  run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    return command("wine", [program, ...args], { env: { ...this.env, ...env }, timeoutSeconds: 120 });
  }

  private async importRegistry(key: string, values: Record<string, string>): Promise<void> {
    const text = (value: string): string => `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
    const lines = Object.entries(values).map(([name, value]) => `${text(name)}=${text(value)}`);
    const file = join(this.folder, "import.reg");
    writeFileSync(file, ["REGEDIT4", "", `[${key}]`, ...lines, ""].join("\r\n"));
    const { code, stdout, stderr } = await this.run("reg", ["import", this.path(file)]);
    if (code !== 0) throw new Error(`reg import ended with ${code}.\n${stdout}\n${stderr}`);
  }

  path(file: string): string {
    return `Z:${file.replaceAll("/", "\\")}`;
  }

  /** Ends what runs there, and removes the machine. */
  async remove(): Promise<void> {
    this.power?.stdin?.end();
    await command("wine", ["wineboot", "--kill"], { env: this.env, timeoutSeconds: 30 });
    try {
      await eventually("the end of Wine", END_SECONDS, () => Promise.resolve(this.processes().length === 0));
    } finally {
      for (const pid of this.processes()) process.kill(pid, "SIGKILL");
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** All processes of this machine, its server included. */
  private processes(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => environmentOf(pid).includes(`WINEPREFIX=${this.folder}`));
  }
}

/** Empty for a process that has ended or belongs to somebody else. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}
