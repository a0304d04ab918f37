import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { goBuildArguments, goEnvironment, remarksOnProgram, type WindowsArchitecture } from "@windows-ha/spec";
import { SandboxError } from "../sandbox-error";
import { findGo, runGo, type GoSurroundings } from "./go-tool";
import { declaresVariable, packagesWithCgo, readProgramPackage } from "./package-facts";

export interface BuildServiceOptions {
  /** The folder that paths start from, and that Go finds the module in. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The package to build, as `go build` takes it. @default the one in `cwd` */
  package?: string;
  /** Processor of the Windows machines. @default amd64 */
  arch?: WindowsArchitecture;
  /** Path of the Windows build. @default `dist/<name>.exe` */
  out?: string;
  /** Also builds the program for this computer, as the sandbox's machines run it: at `out` without `.exe`. */
  host?: boolean;
  /** String variables by full name that the linker sets, for example `main.version`. */
  variables: Readonly<Record<string, string>>;
  /** Build tags. @default none */
  tags?: readonly string[];
  /** Takes each step, before it begins. */
  onProgress?: (line: string) => void;
  /** Takes what Go says: downloads, compile errors. */
  onOutput?: (text: string) => void;
}

/** A program that was built. */
export interface BuiltProgram {
  /** Absolute path. */
  file: string;
  /** In Go's words, for example `windows/amd64`. */
  platform: string;
  bytes: number;
  /** SHA-256, lower-case hex: the `artifact.sha256` of a service. */
  sha256: string;
}

export interface ServiceBuild {
  goVersion: string;
  windows: BuiltProgram;
  host?: BuiltProgram;
  /** What a release shouldn't be, though it runs. */
  remarks: string[];
}

/**
 * Builds a Go service for Windows machines, reproducibly: equal source, options and Go version give equal bytes.
 *
 * @throws SandboxError when Go is missing or too old, the package is no program, or it doesn't compile
 */
export async function buildService(options: BuildServiceOptions): Promise<ServiceBuild> {
  const { cwd, env, arch = "amd64", package: name = ".", variables, tags = [], onProgress, onOutput } = options;
  const go = await findGo({ cwd, env });
  const windows = { cwd, env: { ...env, ...goEnvironment({ os: "windows", arch, tags }) } };
  const program = await readProgramPackage(name, windows);
  const file = resolve(cwd, options.out ?? join("dist", basename(program.Target ?? program.ImportPath)));
  const hostFile = hostFileOf(file, options.host === true && go.hostOs !== "windows");

  const remarks: string[] = [];
  for (const variable of Object.keys(variables)) {
    if (await declaresVariable(variable, program, windows)) continue;
    remarks.push(`no string variable ${variable} was found, and Go doesn't say so: declare it, or name another one`);
  }
  const build = async (os: string, goArch: string, out: string): Promise<BuiltProgram> => {
    onProgress?.(`building ${program.ImportPath} for ${os}/${goArch} with ${go.version}`);
    mkdirSync(dirname(out), { recursive: true });
    const target = { os, arch: goArch as WindowsArchitecture, tags };
    const surroundings = { cwd, env: { ...env, ...goEnvironment(target) }, onOutput };
    const { ok } = await runGo(goBuildArguments({ package: name, file: out, variables }), surroundings);
    if (!ok) throw await failure(name, `${os}/${goArch}`, surroundings);
    const content = readFileSync(out);
    const sha256 = createHash("sha256").update(content).digest("hex");
    if (out === file) remarks.push(...remarksOnProgram(content));
    return { file: out, platform: `${os}/${goArch}`, bytes: content.length, sha256 };
  };
  const built = await build("windows", arch, file);
  const host = hostFile === undefined ? undefined : await build(go.hostOs, go.hostArch, hostFile);
  return { goVersion: go.version, windows: built, ...(host && { host }), remarks };
}

/** On Windows the one build is both. */
function hostFileOf(file: string, wanted: boolean): string | undefined {
  if (!wanted) return undefined;
  if (file.toLowerCase().endsWith(".exe")) return file.slice(0, -".exe".length);
  throw new SandboxError(
    "unusable",
    `${file} has no .exe at its end, so that the build for this computer has no name of its own. Name it with .exe`,
  );
}

async function failure(name: string, platform: string, surroundings: GoSurroundings): Promise<SandboxError> {
  const holders = await packagesWithCgo(name, { ...surroundings, onOutput: undefined });
  const why =
    holders.length === 0
      ? "Go's own words stand above"
      : `C code is in ${holders.join(", ")}, and releases are built without a C compiler (CGO_ENABLED=0): take a package in pure Go instead`;
  return new SandboxError("unusable", `the build for ${platform} failed: ${why}`);
}
