import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, type ProcessIdentity } from "./daemon/process-identity";
import { SandboxError } from "./sandbox-error";

const LOOK_EVERY_MS = 25;

/** Asks exactly this process to end, and kills it when it doesn't within the time. */
export async function endProcess(target: ProcessIdentity, withinMs: number): Promise<void> {
  send(target, "SIGTERM");
  const deadline = Date.now() + withinMs;
  let isKilled = false;
  while (isAlive(target)) {
    if (!isKilled && Date.now() > deadline) {
      isKilled = true;
      send(target, "SIGKILL");
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function send(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ESRCH") return;
    if (code !== "EPERM") throw error;
    throw new SandboxError(
      "unusable",
      `process ${target.pid} belongs to another user: only that user can end the sandbox`,
    );
  }
}
