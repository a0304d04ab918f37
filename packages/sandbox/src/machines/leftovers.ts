import { readdirSync, readFileSync } from "node:fs";

/**
 * Ends processes of a machine that outlived the sandbox: an install runs on for a while when the daemon is killed. A
 * machine that gets power starts from nothing, so they must not be there.
 */
export function endLeftovers(machineRoot: string): number {
  const marker = `WINDOWS_HA_ROOT=${machineRoot}`;
  const leftovers = processIds().filter((pid) => environment(pid).includes(marker));
  for (const pid of leftovers) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
  return leftovers.length;
}

function processIds(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}

/** Empty for a process that is gone or another user's. */
function environment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return [];
  }
}
