import { readFileSync } from "node:fs";

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Boot and start time as the kernel counts them; absent where the system doesn't show them. */
  startTime?: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTime(process.pid) };
}

/** Whether exactly this process still runs. Without start times a live process of that number counts as it. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (!hasProcess(identity.pid)) return false;
  const seen = startTime(identity.pid);
  return identity.startTime === undefined || seen === undefined || seen === identity.startTime;
}

/** When a live process started, or `undefined` where the system doesn't show it. */
export function startedAt(pid: number): Date | undefined {
  const ticks = startTicks(pid);
  if (ticks === undefined) return undefined;
  const bootSeconds = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
  // Linux reports ticks to programs at a fixed 100 Hz (USER_HZ).
  return bootSeconds === undefined ? undefined : new Date((Number(bootSeconds) + ticks / 100) * 1000);
}

/** Signal 0 only asks; EPERM means that the process exists and belongs to someone else. */
function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startTime(pid: number): string | undefined {
  const ticks = startTicks(pid);
  if (ticks === undefined) return undefined;
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot}:${ticks}`;
}

function startTicks(pid: number): number | undefined {
  const ticks = statFields(pid)?.[19];
  return ticks === undefined ? undefined : Number(ticks);
}

/** A process that ended, but whose parent hasn't asked how. */
function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === "Z";
}

/** The fields of /proc/<pid>/stat behind the name (which may itself hold blanks and brackets): state is the first. */
export function statFields(pid: number | "self"): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
