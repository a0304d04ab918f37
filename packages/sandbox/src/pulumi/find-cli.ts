import { accessSync, constants, openSync, closeSync, readSync, readdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const EXE = process.platform === "win32" ? ".exe" : "";

/** The Pulumi CLI that `exec` puts first. */
export interface PulumiCli {
  /** As found, links followed. */
  file: string;
  /** A wrapper (npm's, a version manager's) that starts the real program, and looks after its language hosts itself. */
  isScript: boolean;
}

/** Finds the Pulumi CLI: on PATH, else where the set-up keeps the tools that it built. */
export function findPulumiCli(env: NodeJS.ProcessEnv): PulumiCli | undefined {
  const file = findOnPath("pulumi", env) ?? cachedCli(env);
  if (file === undefined) return undefined;
  const real = realpathSync(file);
  return { file: real, isScript: startsWithHashBang(real) };
}

/** The first program of this name on PATH. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name + EXE)).find(isProgram);
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Where the set-up keeps downloaded and built tools. */
export function toolCache(env: NodeJS.ProcessEnv): string {
  return env.WINDOWS_HA_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "windows-ha");
}

/** `tools/pulumi-<version>/…`, newest version first; the vendor's archive and a build differ in their folders. */
function cachedCli(env: NodeJS.ProcessEnv): string | undefined {
  const tools = join(toolCache(env), "tools");
  return listFolder(tools)
    .filter((name) => name.startsWith("pulumi-"))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .flatMap((name) =>
      ["pulumi", "bin/pulumi", "pulumi/pulumi", "pulumi/bin/pulumi"].map((path) => join(tools, name, path + EXE)),
    )
    .find(isProgram);
}

export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function startsWithHashBang(file: string): boolean {
  const handle = openSync(file, "r");
  try {
    const start = Buffer.alloc(2);
    readSync(handle, start, 0, 2, 0);
    return start.toString("latin1") === "#!";
  } finally {
    closeSync(handle);
  }
}
