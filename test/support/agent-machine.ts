import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command";

/** The agent, and a service to install, built for this computer. */
export interface AgentPrograms {
  agent: string;
  service: string;
}

export function buildAgentPrograms(folder: string): AgentPrograms {
  const cwd = join(__dirname, "../../packages/agent");
  const build = (program: string): string => {
    const output = join(folder, program.split("/").pop()!);
    execFileSync("go", ["build", "-buildvcs=false", "-o", output, `./${program}`], {
      cwd,
      env: { ...process.env, CGO_ENABLED: "0" },
    });
    return output;
  };
  return { agent: build("cmd/windows-ha-agent"), service: build("internal/testservice") };
}

export interface AgentRun {
  code: number;
  stdout: string;
  stderr: string;
}

/** A machine with an address, a folder and a service manager of its own. */
export class AgentMachine {
  readonly root: string;
  #manager?: ChildProcess;

  constructor(
    folder: string,
    readonly name: string,
    readonly address: string,
    private readonly metadataAddress: string,
    private readonly agent: string,
  ) {
    this.root = join(folder, name);
    mkdirSync(this.root, { recursive: true });
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      WINDOWS_HA_ROOT: this.root,
      WINDOWS_HA_HOST_ADDRESS: this.address,
      WINDOWS_HA_METADATA_ADDRESS: this.metadataAddress,
      COMPUTERNAME: this.name,
    };
  }

  async boot(): Promise<void> {
    const manager = spawn(this.agent, ["scm", "--exit-with-stdin"], {
      env: this.#env,
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#manager = manager;
    await once(manager.stdout, "data");
  }

  /** Ends it as a power cut does. */
  async off(): Promise<void> {
    const manager = this.#manager;
    this.#manager = undefined;
    if (!manager || manager.exitCode !== null) return;
    const ended = once(manager, "exit");
    manager.stdin?.end();
    await ended;
  }

  run(...args: string[]): Promise<AgentRun> {
    return command(this.agent, args, { env: this.#env, timeoutSeconds: 150 });
  }

  /** A run with a document, which has to succeed. */
  async apply(document: unknown, ...args: string[]): Promise<string> {
    const file = join(this.root, "document.json");
    writeFileSync(file, JSON.stringify(document));
    const { code, stdout, stderr } = await this.run(...args, "--spec", file);
    if (code !== 0) throw new Error(`${this.name}: ${args.join(" ")} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  async status<T>(...args: string[]): Promise<T> {
    return JSON.parse((await this.run(...args, "status", "--json")).stdout) as T;
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), "utf8");
  }

  /** One question to Consul on it. */
  async consul(path: string, token = ""): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`http://${this.address}:8500/v1/${path}`, {
      headers: { "X-Consul-Token": token },
      signal: AbortSignal.timeout(5000),
    });
    const text = await response.text();
    return { status: response.status, body: response.status === 200 && text !== "" ? parsed(text) : text };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
