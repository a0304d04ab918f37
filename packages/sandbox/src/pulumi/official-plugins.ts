import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import type { SandboxLayout } from "../layout";
import { listFolder } from "./find-cli";

/**
 * Makes an official plugin that the user has installed usable in the sandbox, and says whether there is one. It must
 * not be older than the package that the program in `cwd` uses: Pulumi would refuse it, where our stand-in works.
 */
export function linkOfficialPlugin(layout: SandboxLayout, name: string, cwd: string, env: NodeJS.ProcessEnv): boolean {
  const plugins = join(env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  const prefix = `resource-${name}-v`;
  const needed = packageVersion(`@pulumi/${name}`, cwd) ?? "0.0.0";
  const usable = listFolder(plugins)
    .filter(
      (entry) =>
        entry.startsWith(prefix) &&
        /^\d+\.\d+\.\d+/.test(entry.slice(prefix.length)) &&
        !/\.(lock|partial)$/.test(entry),
    )
    .filter((entry) => compareVersions(entry.slice(prefix.length), needed) >= 0);
  const ours = join(layout.pulumiHome, "plugins");
  // The same folder, when a command in the sandbox starts another one in it.
  if (plugins !== ours) for (const entry of usable) linkFolder(join(plugins, entry), join(ours, entry));
  return usable.length > 0;
}

/** A folder of links: Pulumi overlooks a plugin folder that is a link itself. */
function linkFolder(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of listFolder(source)) {
    rmSync(join(target, entry), { force: true });
    symlinkSync(join(source, entry), join(target, entry));
  }
}

function packageVersion(name: string, cwd: string): string | undefined {
  try {
    const file = createRequire(join(cwd, "index.js")).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}
