import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { REPOSITORY } from "./sandbox-stack";
import { SshDaemon } from "./ssh-daemon";

const AGENT = join(REPOSITORY, "packages/agent/bin");
const WINDOWS_AGENT = join(AGENT, "windows-amd64/windows-ha-agent.exe");
const HOST_AGENT = join(AGENT, `linux-${process.arch === "arm64" ? "arm64" : "amd64"}/windows-ha-agent`);

/**
 * A host that somebody else made: a folder, an address of its own on loopback, a service manager and OpenSSH's server.
 * Its shell takes what Windows' shells take from `HostInstall`, and runs the Linux builds of agent and service.
 */
export class WindowsHost {
  /** Where a user lands. */
  readonly home: string;
  readonly server: SshDaemon;
  readonly #root: string;
  readonly #log: string;
  #manager: ChildProcess | undefined;

  constructor(
    readonly name: string,
    readonly address: string,
    folder: string,
  ) {
    this.home = join(folder, name, "home");
    this.#root = join(folder, name, "root");
    this.#log = join(folder, name, "commands.log");
    this.server = new SshDaemon(join(folder, name, "ssh"));
  }

  /** What was run over SSH, the newest last. */
  get commands(): string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, "utf8").trimEnd().split("\n") : [];
  }

  get #environment(): Record<string, string> {
    return {
      HOME: this.home,
      WINDOWS_HA_ROOT: this.#root,
      WINDOWS_HA_HOST_ADDRESS: this.address,
      COMPUTERNAME: this.name,
    };
  }

  /**
   * @param services Windows builds that come to the host, each beside its host build, which lacks the `.exe`
   * @returns the SSH server's port
   */
  async start(services: readonly string[]): Promise<number> {
    mkdirSync(this.home, { recursive: true });
    mkdirSync(this.#root, { recursive: true });
    const config = join(this.home, "../shell.json");
    const builds = {
      [sha256(WINDOWS_AGENT)]: HOST_AGENT,
      ...Object.fromEntries(services.map((file) => [sha256(file), file.replace(/\.exe$/, "")])),
    };
    const { filesServer, filesEnvironment } = this.server;
    const { home: folder } = this;
    const shell = { folder, environment: this.#environment, builds, filesServer, filesEnvironment, log: this.#log };
    writeFileSync(config, JSON.stringify(shell));
    const manager = spawn(HOST_AGENT, ["scm", "--exit-with-stdin"], {
      env: { PATH: process.env["PATH"], ...this.#environment },
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#manager = manager;
    for await (const line of createInterface({ input: manager.stdout })) if (line === "ready") break;
    return this.server.start(this.home, [process.execPath, join(__dirname, "windows-shell.mjs"), config]);
  }

  /** Cuts the power: nothing of the host goes on. */
  async stop(): Promise<void> {
    await this.server.stop();
    const manager = this.#manager;
    if (!manager || manager.exitCode !== null) return;
    const ended = once(manager, "exit");
    manager.stdin!.end();
    await ended;
  }
}

function sha256(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
