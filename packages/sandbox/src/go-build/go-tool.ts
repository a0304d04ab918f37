import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { SandboxError } from "../sandbox-error";

/** Where Go runs, and what becomes of what it prints. */
export interface GoSurroundings {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Takes what Go says to people: downloads, compile errors. */
  onOutput?: (text: string) => void;
}

export interface GoOutcome {
  ok: boolean;
  out: string;
  err: string;
}

/** The oldest Go whose programs need the Windows that the agent needs; older ones lack options that are used here. */
const OLDEST_MINOR = 21;

const INSTALL = "Install a current Go from https://go.dev/dl";

/** Runs the Go tool to its end. */
export async function runGo(args: string[], { cwd, env, onOutput }: GoSurroundings): Promise<GoOutcome> {
  const child = spawn("go", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.on("data", (part: Buffer) => onOutput?.(part.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "ENOENT" ? "`go` is not on PATH" : `\`go\` can't be started (${error.message})`;
      reject(new SandboxError("unusable", `${why}. ${INSTALL}`));
    });
    child.on("close", resolve);
  });
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { ok: code === 0, out, err };
}

/** Go's version here, and what it builds for when nothing else is said. */
export interface GoTool {
  version: string;
  hostOs: string;
  hostArch: string;
}

/** @throws SandboxError when there is no Go, or one that is too old. */
export async function findGo(surroundings: GoSurroundings): Promise<GoTool> {
  const { ok, out, err } = await runGo(["env", "GOVERSION", "GOHOSTOS", "GOHOSTARCH"], surroundings);
  if (!ok) throw new SandboxError("unusable", `\`go env\` failed: ${err.trim()}`);
  const [version = "", hostOs = "", hostArch = ""] = out.split("\n").map((line) => line.trim());
  const minor = /^go1\.(\d+)/.exec(version)?.[1];
  // A version of another form is a development version.
  if (minor !== undefined && Number(minor) < OLDEST_MINOR) {
    throw new SandboxError("unusable", `Go is ${version}; it must be go1.${OLDEST_MINOR} or newer. ${INSTALL}`);
  }
  return { version, hostOs, hostArch };
}
