import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { liveRecord } from "./client-connection";
import { withoutCloudAccounts } from "./cloud-accounts";
import { DAEMON_EXIT } from "./daemon/exit-codes";
import { endProcess } from "./end-process";
import type { SandboxLayout } from "./layout";
import { logTail } from "./log-tail";
import { SandboxError } from "./sandbox-error";

/** Bringing back many machines takes a while on a small computer. */
const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 50;
/** For one that isn't wanted any more. */
const END_WITHIN_MS = 5_000;
/** Between two tries while another daemon holds the folder: it starts, and will be found, or ends, and leaves. */
const TRY_AGAIN_AFTER_MS = 250;

/** Starts the daemon and waits until it, or one that somebody else started meanwhile, is ready. */
export async function startDaemon(layout: SandboxLayout, onProgress: (line: string) => void): Promise<void> {
  prepareFolder(layout);
  onProgress(`starting the sandbox in ${layout.folder}`);
  const news = new LogNews(layout.daemonLog);
  const deadline = Date.now() + READY_WITHIN_MS;
  let child = spawnDaemon(layout);
  try {
    while (!liveRecord(layout)) {
      if (hasLostTheRace(child)) {
        await sleep(TRY_AGAIN_AFTER_MS);
        if (!liveRecord(layout)) child = spawnDaemon(layout);
      }
      failWhenHopeless(layout, child, deadline);
      await sleep(LOOK_EVERY_MS);
      for (const line of await news.read()) onProgress(line);
    }
  } finally {
    // One that hasn't even tried to get the lock yet would get it when the daemon that won has ended.
    if (!hasEnded(child) && liveRecord(layout)?.pid !== child.pid) {
      await endProcess({ pid: child.pid! }, END_WITHIN_MS);
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function hasLostTheRace(child: ChildProcess): boolean {
  return child.exitCode === DAEMON_EXIT.lockHeld;
}

function failWhenHopeless(layout: SandboxLayout, child: ChildProcess, deadline: number): void {
  if (Date.now() > deadline) {
    const seconds = READY_WITHIN_MS / 1000;
    throw new SandboxError("daemon-failed", `the sandbox was not ready within ${seconds} s. ${logTail(layout)}`);
  }
  if (!hasEnded(child) || hasLostTheRace(child)) return;
  const how = child.signalCode ?? `exit code ${child.exitCode}`;
  throw new SandboxError("daemon-failed", `the sandbox daemon ended while it started (${how}). ${logTail(layout)}`);
}

/** The folder ignores itself, so that nothing of it gets into a user's repository. */
function prepareFolder(layout: SandboxLayout): void {
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
  const ignore = join(layout.folder, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
}

/** A session of its own: neither Ctrl-C nor the terminal's end reaches it. */
function spawnDaemon(layout: SandboxLayout): ChildProcess {
  const log = openSync(layout.daemonLog, "a", 0o600);
  try {
    const child = spawn(process.execPath, [join(__dirname, "daemon", "main.js"), layout.folder], {
      cwd: layout.folder,
      detached: true,
      env: withoutCloudAccounts(process.env),
      stdio: ["ignore", log, log],
      windowsHide: true,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** What has been written to a log since the last look, without the time stamps. */
class LogNews {
  #seen: number;

  constructor(private readonly file: string) {
    this.#seen = existsSync(file) ? statSync(file).size : 0;
  }

  async read(): Promise<string[]> {
    const content = await readFile(this.file);
    if (content.length < this.#seen) this.#seen = 0;
    const end = content.lastIndexOf("\n") + 1;
    if (end <= this.#seen) return [];
    const lines = content.subarray(this.#seen, end).toString().trimEnd().split("\n");
    this.#seen = end;
    return lines.map((line) => line.replace(/^\S+T\S+Z /, ""));
  }
}
