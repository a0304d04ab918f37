import { createWriteStream, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./errors.mjs";
import { logFolder } from "./workspace.mjs";

const KEPT_LOGS = 20;
/** Where no person watches a running clock, a long step says now and then that it is alive. */
const SIGN_OF_LIFE_SECONDS = 30;

/** A log file for the full output of one command; the newest 20 are kept. */
export function openLog(name, folder = logFolder) {
  mkdirSync(folder, { recursive: true });
  const old = readdirSync(folder)
    .filter((file) => file.endsWith(".log"))
    .sort()
    .slice(0, -KEPT_LOGS + 1);
  for (const file of old) rmSync(join(folder, file), { force: true });
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const path = join(folder, `${time}-${process.pid}-${name}.log`);
  return { path, stream: createWriteStream(path) };
}

/**
 * Shows numbered steps: one line each, with the running seconds where a person watches.
 *
 * @param {number} total
 * @param {NodeJS.WriteStream | { isTTY?: boolean, columns?: number, write(text: string): unknown }} [out]
 */
export function steps(total, out = process.stdout) {
  const live = Boolean(out.isTTY) && !process.env.CI;
  let number = 0;
  /** Steps that run at once: the last line of the screen shows the newest. */
  const running = [];

  return {
    /**
     * @template T
     * @param {string} title
     * @param {(ui: { note(line: string): void, detail(text: string): void, done(text: string): void }) => Promise<T>} work
     *   `note` adds a line, `detail` replaces what is shown while it runs, `done` says how it ended
     * @returns {Promise<T>}
     */
    async step(title, work) {
      number += 1;
      const label = `[${number}/${total}] ${title} …`;
      const started = performance.now();
      const seconds = () => Math.round((performance.now() - started) / 1000);
      let shown = "";
      let ending = "done";

      const draw = () => {
        if (!live || running.at(-1) !== label) return;
        const elapsed = seconds() > 0 ? ` ${duration(seconds())}` : "";
        const room = Math.max(20, (out.columns || 80) - label.length - elapsed.length - 2);
        out.write(`\r\x1b[2K${label}${elapsed}${shown && ` ${shown.slice(0, room)}`}`);
      };
      const line = (text) => out.write(`${live ? "\r\x1b[2K" : ""}${text}\n`);

      const signOfLife = () => line(`      ${duration(seconds())}${shown && `: ${shown}`}`);

      running.push(label);
      draw();
      const timer = (live ? setInterval(draw, 1000) : setInterval(signOfLife, SIGN_OF_LIFE_SECONDS * 1000)).unref();
      try {
        const result = await work({
          note: (text) => {
            line(`      ${text}`);
            draw();
          },
          detail: (text) => {
            shown = text;
          },
          done: (text) => {
            ending = text;
          },
        });
        line(`${label} ${ending}${seconds() >= 2 ? ` (${duration(seconds())})` : ""}`);
        return result;
      } catch (error) {
        line(`${label} ${error.name === "Interrupted" ? "interrupted" : "failed"} (${duration(seconds())})`);
        throw error;
      } finally {
        clearInterval(timer);
        running.splice(running.indexOf(label), 1);
      }
    },
  };
}

/** "42 s", "3 min", "3 min 20 s" */
export function duration(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest ? ` ${rest} s` : ""}`;
}

/** Throws with the end of the output unless the program ended well. */
export function expectSuccess(what, result, log) {
  if (result.code === 0) return result;
  const how = result.timedOut ? "took too long" : `ended with ${result.endedBy ?? `exit code ${result.code}`}`;
  throw new Failure(`${what} ${how}.`, { log, tail: result.tail });
}
