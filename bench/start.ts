import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../test/support/command";
import { REPOSITORY } from "../test/support/sandbox-stack";
import { seconds, type Benchmark } from "./figure";

/** `npm start` in a fresh clone: with an empty tool cache, then again with everything in place. */
export const start: Benchmark = async () => {
  const folder = mkdtempSync(join(tmpdir(), "wha-start-"));
  const clone = join(folder, "clone");
  const env = { ...process.env, WINDOWS_HA_CACHE: join(folder, "cache") };
  try {
    await succeed("git", ["clone", "--quiet", REPOSITORY, clone]);
    const npmStart = (): Promise<string> => succeed("npm", ["start"], { cwd: clone, env, timeoutSeconds: 1500 });
    const cold = await seconds(npmStart);
    const warm = await seconds(npmStart);
    await succeed("npx", ["windows-ha", "sandbox", "down"], { cwd: clone, env });
    return [
      { name: "npm start, cold", value: cold, unit: "s" },
      { name: "npm start, warm", value: warm, unit: "s", limit: 60 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
