import { isAlive } from "../daemon/process-identity";

const INTERVAL_MS = 1000;

/** Calls back when the process that started this one is gone, however it ended. */
export function whenParentDies(callback: () => void): void {
  const pid = process.ppid;
  const timer = setInterval(() => {
    // On Windows a process keeps its parent's number when the parent is gone.
    if (process.ppid === pid && isAlive({ pid })) return;
    clearInterval(timer);
    callback();
  }, INTERVAL_MS);
  timer.unref();
}
