import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { agentSpecText, type AgentSpec } from "@windows-ha/spec";
import type { SandboxLayout, SandboxSettings } from "../layout";
import type { Vaults } from "../vault";
import { hostBuildFile } from "./custom-script";
import type { HostPlatform } from "./host-platform";
import { consulProblems } from "./linux-model";
import type { FirstBoot } from "./linux-system";
import type { ConsulHere } from "./render-host-consul";
import { renderHostSpec, secretUrls } from "./render-host-spec";
import { runProgram } from "./run-program";

/** Something that runs the agent on a machine. */
export interface HostRun {
  /** The machine's folder for it, with one folder per run. */
  folder: string;
  sequence: number;
  layout: SandboxLayout;
  settings: SandboxSettings;
  vaults: Pick<Vaults, "localUrl">;
  host: HostPlatform;
  consul: ConsulHere;
  env: Record<string, string>;
  /** How cloud-init ended, once it has; Linux only. */
  firstBoot?: () => Promise<FirstBoot>;
  signal: AbortSignal;
}

/** How a run ended, as its handler reports it. */
export type RunResult = { succeeded: true } | { succeeded: false; message: string };

/** Azure gives a script, and a command of an application, 90 minutes. */
const TIMEOUT_MS = 90 * 60_000;
/** Folders of former runs that stay, for their output. */
const KEPT_RUNS = 5;

export const OUTPUT_FILE = "output.log";

/** Where a run's files are. */
export function runFolder({ folder, sequence }: Pick<HostRun, "folder" | "sequence">): string {
  return join(folder, String(sequence));
}

/**
 * Runs the host build of a Windows agent (allowed difference `host-agent`).
 *
 * @returns its exit code
 * @throws Error when the sandbox has no such build
 */
export async function runHostAgent(run: HostRun, what: string, sha256: string, args: string[]): Promise<number> {
  const published = run.settings.artifacts[sha256];
  if (!published || !existsSync(hostBuildFile(published, run.layout))) {
    throw new Error(`no host build of ${what} (${sha256}) is published in this sandbox`);
  }
  const folder = runFolder(run);
  return runProgram({
    file: hostBuildFile(published, run.layout),
    args,
    cwd: folder,
    env: run.env,
    output: join(folder, OUTPUT_FILE),
    timeoutMs: TIMEOUT_MS,
    signal: run.signal,
  });
}

/** Arguments of the agent for a document, as it is here. @throws Error when it names vaults of somebody else */
export function installArguments(spec: AgentSpec, { settings, vaults, host, consul }: HostRun): string[] {
  refuseUnknownVaults(secretUrls(spec), vaults);
  const [problem] = spec.consul ? consulProblems(settings.consul) : [];
  if (problem !== undefined) throw new Error(problem);
  const document = agentSpecText(renderHostSpec(spec, settings, host, (url) => vaults.localUrl(url) ?? url, consul));
  return ["install", "--spec-base64", Buffer.from(document).toString("base64")];
}

/** @throws Error when a document names a vault of somebody else */
export function refuseUnknownVaults(urls: readonly string[], vaults: Pick<Vaults, "localUrl">): void {
  const unknown = urls.find((url) => vaults.localUrl(url) === undefined);
  if (unknown !== undefined) throw new Error(`${new URL(unknown).hostname} isn't a vault that this sandbox holds`);
}

/** Removes all but the last folders. */
export async function pruneRuns(folder: string): Promise<void> {
  const runs = (await readdir(folder))
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a);
  for (const old of runs.slice(KEPT_RUNS)) await rm(join(folder, String(old)), { recursive: true, force: true });
}
