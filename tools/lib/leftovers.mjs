import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** In the environment of everything that a test run starts, also of what leaves its process group. */
export const RUN_MARK = "WINDOWS_HA_TEST_RUN";

/** What is about to end by itself may do so. */
const GRACE_MS = 3_000;

/**
 * Ends what is still running of a test run, by process id, and says what it was. Linux only: elsewhere nobody's
 * environment can be read.
 *
 * @param {string} mark the value of RUN_MARK
 * @param {number} [graceMs]
 * @returns {Promise<string[]>} command lines
 */
export async function endLeftovers(mark, graceMs = GRACE_MS) {
  for (let waited = 0; waited < graceMs && marked(mark).length > 0; waited += 200) await delay(200);
  const left = marked(mark);
  for (const { pid } of left) kill(pid);
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

function marked(mark) {
  if (process.platform !== "linux") return [];
  const wanted = `${RUN_MARK}=${mark}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(wanted)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        // A zombie has no command line: it has ended.
        return command ? [{ pid: Number(name), command }] : [];
      } catch {
        return [];
      }
    });
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
