import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./process.mjs";
import { expectSuccess } from "./progress.mjs";
import { node24, root } from "./workspace.mjs";

const CLI = join(root, "packages", "cli", "dist", "main.js");
/** What a first Ctrl-C waits for: Pulumi lets the operations in flight finish, a rolling upgrade for example. */
const GRACE_SECONDS = 300;

/**
 * The `windows-ha sandbox` command, as a user has it.
 *
 * @param {{ env: NodeJS.ProcessEnv, signal: AbortSignal, log: { path: string, stream: import("node:stream").Writable } }} context
 */
export function sandboxCommand({ env, signal, log }) {
  // A passphrase for the user's own stacks is not the one of the sandbox's.
  const own = { ...env };
  delete own.PULUMI_CONFIG_PASSPHRASE;
  delete own.PULUMI_CONFIG_PASSPHRASE_FILE;

  /** @param {string[]} args @param {(line: string) => void} [onLine] */
  const sandbox = (args, onLine) =>
    run(node24, [CLI, "sandbox", ...args], {
      cwd: root,
      env: own,
      signal,
      log: log.stream,
      graceSeconds: GRACE_SECONDS,
      onLine,
    });

  return {
    async json(...args) {
      const result = await sandbox([...args, "--json"]);
      return JSON.parse(expectSuccess(`windows-ha sandbox ${args[0]}`, result, log.path).stdout);
    },
    /**
     * The result, good or bad.
     *
     * @param {string[]} args
     * @param {(line: string) => void} [onLine]
     */
    pulumi(args, onLine) {
      return sandbox(["exec", "--", "pulumi", ...args, "--non-interactive", "--color", "never"], onLine);
    },
    async pulumiJson(...args) {
      const result = await this.pulumi(args);
      return JSON.parse(expectSuccess(`pulumi ${args.slice(0, 2).join(" ")}`, result, log.path).stdout);
    },
  };
}

/** Writes a file unless it says just that already. */
export function writeIfChanged(path, text) {
  try {
    if (readFileSync(path, "utf8") === text) return;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
