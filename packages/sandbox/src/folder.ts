import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const PROJECT_MARKS = ["Pulumi.yaml", "package.json", ".git"];

/**
 * The folder of the sandbox that belongs to a working directory: `WINDOWS_HA_SANDBOX`, else `.windows-ha/sandbox` in
 * the nearest project around it.
 */
export function sandboxFolder(cwd: string, env: NodeJS.ProcessEnv = process.env): string {
  if (env.WINDOWS_HA_SANDBOX) return resolve(cwd, env.WINDOWS_HA_SANDBOX);
  return join(findProject(cwd) ?? resolve(cwd), ".windows-ha", "sandbox");
}

function findProject(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (PROJECT_MARKS.some((mark) => existsSync(join(folder, mark)))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
