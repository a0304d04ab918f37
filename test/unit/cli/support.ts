import { createTerminal, run } from "@windows-ha/cli";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** A new folder for each test of the surrounding `describe`, gone after it. */
export function temporaryFolder(): () => string {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "windows-ha-cli-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Runs the command line in this process. */
export async function runHere(
  argv: string[],
  cwd: string,
  options: { env?: NodeJS.ProcessEnv; color?: boolean } = {},
): Promise<Outcome> {
  const outcome = { code: 0, out: "", err: "" };
  const terminal = createTerminal({
    cwd,
    env: options.env ?? { PATH: process.env.PATH },
    out: (part) => void (outcome.out += part),
    err: (part) => void (outcome.err += part),
    colored: { out: options.color === true, err: options.color === true },
  });
  outcome.code = await run(argv, terminal);
  return outcome;
}

/** Starts the installed command as a process of its own. */
export function spawnCommand(
  argv: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  stdin: "ignore" | "pipe" = "ignore",
): ChildProcess {
  return spawn(process.execPath, [resolve("packages/cli/dist/main.js"), ...argv], {
    cwd,
    env: { ...process.env, WINDOWS_HA_SANDBOX: undefined, ...env },
    stdio: [stdin, "pipe", "pipe"],
  });
}

export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const [out, err, closing] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, "close")]);
  const [code] = closing as [number];
  return { out, err, code };
}

/** A control API that gives prepared answers (`"GET /status"`: …) and writes down what it was asked. */
export class FakeDaemon {
  readonly asked: string[] = [];
  #server: Server | undefined;

  constructor(private readonly answers: Record<string, unknown>) {}

  async start(folder: string): Promise<void> {
    this.#server = createServer((request: IncomingMessage, response) => {
      const question = `${request.method} ${request.url}`;
      this.asked.push(question);
      const answer = this.answers[question];
      response
        .writeHead(answer === undefined ? 409 : 200)
        .end(JSON.stringify(answer ?? { error: `no answer to ${question}` }));
    }).listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    mkdirSync(folder, { recursive: true });
    const api = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    writeFileSync(
      join(folder, "daemon.json"),
      JSON.stringify({ pid: process.pid, api, token: "t", providers: {}, version: "0.1.0" }),
    );
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((done) => (this.#server ? this.#server.close(done) : done(undefined)));
  }
}
