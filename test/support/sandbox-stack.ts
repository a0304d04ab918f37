import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { openSandbox, type MachineStatus } from "@windows-ha/sandbox";
import { command, succeed, type CommandOptions, type CommandResult } from "./command";

export const REPOSITORY = resolve(__dirname, "../..");
export const CLI = join(REPOSITORY, "packages/cli/dist/main.js");

interface Published {
  url: string;
  sha256: string;
}

/** What was published, as the programs read it. */
export interface Release {
  artifact: Published;
  agent: Published;
}

/** One step of `pulumi preview --json`. */
export interface Step {
  op: string;
  urn: string;
}

/** One machine of a sandbox. */
export type Machine = MachineStatus;

/** A resource in the state. */
export interface StateResource {
  urn: string;
  type: string;
  custom?: boolean;
  id?: string;
}

/** A program, the reference one when nothing is said, in a sandbox of its own, in a temporary folder. */
export class SandboxStack {
  readonly folder = mkdtempSync(join(tmpdir(), "wha-"));
  readonly sandbox: string;
  readonly config = join(this.folder, "Pulumi.dev.yaml");
  readonly release = join(this.folder, "release.json");
  readonly profile: string;
  readonly env: NodeJS.ProcessEnv;

  /** Folder of the Pulumi.yaml that is run. */
  readonly project: string;

  /**
   * @param program a program's folder; a copy runs, since Pulumi writes a stack's configuration beside it
   * @param sandbox another stack's, for programs that know each other
   */
  constructor(program?: string, sandbox?: string) {
    this.sandbox = sandbox ?? join(this.folder, "sandbox");
    this.profile = join(this.sandbox, "profile.json");
    this.env = { ...process.env, WINDOWS_HA_SANDBOX: this.sandbox, NO_COLOR: "1" };
    this.project = program === undefined ? REPOSITORY : this.#copy(program);
  }

  #copy(program: string): string {
    const copy = join(this.folder, "program");
    cpSync(program, copy, { recursive: true, filter: (file) => basename(file) !== "node_modules" });
    const modules = [program, REPOSITORY].map((folder) => join(folder, "node_modules")).find(existsSync)!;
    symlinkSync(modules, join(copy, "node_modules"));
    return copy;
  }

  /** Publishes the builds and creates the stack. */
  async create(settings: Record<string, string> = {}): Promise<void> {
    mkdirSync(this.sandbox, { recursive: true });
    // Else every deletion waits until the machine's agent has drained its service, which one spec is about.
    writeFileSync(this.profile, JSON.stringify({ terminateNoticeMs: 0 }));
    cpSync(join(REPOSITORY, "stacks/Pulumi.dev.yaml"), this.config);
    await this.publishRelease();
    await this.pulumi(["stack", "init", "dev"]);
    const values = { ...(this.project === REPOSITORY && { release: this.release }), ...settings };
    if (Object.keys(values).length > 0) await this.setAll(values);
  }

  /** Publishes orders and the agent, and writes the release file that the program reads. */
  async publishRelease(
    serviceFile = join(REPOSITORY, "examples/services/orders/bin/orders.exe"),
    version = "1.4.2",
  ): Promise<void> {
    const artifact = await this.publish(serviceFile);
    const builds = join(REPOSITORY, "packages/agent/bin");
    const agent = await this.publish(
      join(builds, "windows-amd64/windows-ha-agent.exe"),
      join(builds, `linux-${process.arch === "arm64" ? "arm64" : "amd64"}/windows-ha-agent`),
    );
    writeFileSync(this.release, JSON.stringify({ version, artifact, agent }));
  }

  async publish(file: string, hostBuild = file.replace(/\.exe$/, "")): Promise<Published> {
    const printed = await this.cli(["sandbox", "publish", file, "--host", hostBuild, "--json"]);
    const { url, sha256 } = JSON.parse(printed) as Published;
    return { url, sha256 };
  }

  /** Sets a value of the stack's configuration; a path such as `stop.drainSeconds` sets a part of an object. */
  async set(key: string, value: string): Promise<void> {
    await this.pulumi(["config", "set", "--path", key, value, "--stack", "dev"]);
  }

  /** Sets values of the stack's configuration together. */
  async setAll(values: Record<string, string>): Promise<void> {
    const pairs = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await this.pulumi(["config", "set-all", "--path", ...pairs, "--stack", "dev"]);
  }

  /** Tells a program that asks for `artifactUrl`, `artifactSha256` and the like where published files are. */
  async setFiles(files: Record<string, Published> = this.#published()): Promise<void> {
    const values = Object.entries(files).map(([name, { url, sha256 }]) => ({
      [`${name}Url`]: url,
      [`${name}Sha256`]: sha256,
    }));
    await this.setAll(Object.assign({}, ...values) as Record<string, string>);
  }

  #published(): Record<string, Published> {
    const { artifact, agent } = JSON.parse(readFileSync(this.release, "utf8")) as Release;
    return { artifact, agent };
  }

  async cli(args: readonly string[], options?: CommandOptions): Promise<string> {
    return succeed(process.execPath, [CLI, ...args], { ...options, cwd: REPOSITORY, env: this.env });
  }

  /** A Pulumi command that has to succeed. */
  async pulumi(args: readonly string[], options?: CommandOptions): Promise<string> {
    const result = await this.tryPulumi(args, options);
    if (result.code !== 0)
      throw new Error(`pulumi ${args.join(" ")} ended with ${result.code}.\n${result.stdout}\n${result.stderr}`);
    return result.stdout;
  }

  async tryPulumi(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    const configured = args[0] === "stack" && args[1] === "init" ? [] : ["--config-file", this.config];
    return command(
      process.execPath,
      [
        CLI,
        "sandbox",
        "exec",
        "--",
        "pulumi",
        ...args,
        ...(takesConfigFile(args) ? configured : []),
        "--non-interactive",
      ],
      { timeoutSeconds: 240, ...options, cwd: this.project, env: { ...this.env, ...options?.env } },
    );
  }

  async up(): Promise<string> {
    return this.pulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
  }

  /** Begins `pulumi up` in a process group of its own, for what happens in the middle of it. */
  startUp(): ChildProcess {
    const up = ["up", "--yes", "--skip-preview", "--stack", "dev", "--config-file", this.config, "--non-interactive"];
    return spawn(process.execPath, [CLI, "sandbox", "exec", "--", "pulumi", ...up], {
      cwd: this.project,
      env: this.env,
      detached: true,
      stdio: "ignore",
    });
  }

  async output(name: string): Promise<string> {
    return (await this.pulumi(["stack", "output", name, "--stack", "dev"])).trim();
  }

  /** What `windows-ha sandbox machines` prints, without a process for each look. */
  async machines(): Promise<Machine[]> {
    return openSandbox(this.sandbox).machines();
  }

  /** What the state holds. */
  async resources(): Promise<StateResource[]> {
    const state = JSON.parse(await this.pulumi(["stack", "export", "--stack", "dev"])) as {
      deployment: { resources?: StateResource[] };
    };
    return state.deployment.resources ?? [];
  }

  /** URNs of the resources in the state, without those of providers: their names have the plugin's version in them. */
  async urns(): Promise<string[]> {
    const resources = await this.resources();
    return resources.filter(({ type }) => !type.startsWith("pulumi:providers:")).map(({ urn }) => urn);
  }

  /** Whether a Pulumi command works on the stack right now. */
  isLocked(): boolean {
    const locks = join(this.sandbox, "backend/.pulumi/locks");
    return existsSync(locks) && readdirSync(locks, { recursive: true }).some((file) => String(file).endsWith(".json"));
  }

  async status(): Promise<{ resources: number }> {
    return openSandbox(this.sandbox).status();
  }

  /** Changes one byte of the program that the machines download, as a broken or hostile store would. */
  corruptArtifact(sha256: string): void {
    const { artifacts } = JSON.parse(readFileSync(join(this.sandbox, "settings.json"), "utf8")) as {
      artifacts: Record<string, { host: { sha256: string; fileName: string } }>;
    };
    const { host } = artifacts[sha256]!;
    const file = join(this.sandbox, "artifacts", host.sha256, host.fileName);
    const bytes = readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(file, bytes);
  }

  /** Command lines of the processes that belong to this sandbox. */
  processes(): string[] {
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
      .map((pid) => {
        try {
          const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
          const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
          return line.includes(this.folder) || environment.includes(this.folder)
            ? `${pid} ${line.replaceAll("\0", " ")}`
            : "";
        } catch {
          return "";
        }
      })
      .filter((line) => line !== "");
  }

  /** Kills the service's process on a machine: what runs from a release folder there. */
  killService(machine: string): void {
    const found = this.processes().filter((line) => line.includes(`/${machine}/`) && line.includes("/releases/"));
    if (found.length !== 1) throw new Error(`${found.length} processes of the service on ${machine}: ${found.join()}`);
    process.kill(Number(found[0]!.split(" ")[0]), "SIGKILL");
  }

  /** Ends everything and removes the folder. */
  async remove(): Promise<void> {
    await this.cli(["sandbox", "down"]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const CONFIGURED = new Set(["up", "preview", "refresh", "destroy", "config"]);

function takesConfigFile(args: readonly string[]): boolean {
  return CONFIGURED.has(args[0]!);
}
