import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { agentSpecText } from "@windows-ha/spec";
import type { SandboxLayout, SandboxSettings } from "../layout";
import { fileNameOf, hostBuildFile, readCustomScript } from "./custom-script";
import { isBlobUrl } from "../storage";
import type { Vaults } from "../vault";
import { download } from "./download";
import type { HostPlatform } from "./host-platform";
import { renderHostSpec, secretUrls } from "./render-host-spec";
import { runProgram, tail } from "./run-program";
import type { Extension } from "./scale-set-model";

export interface ScriptRun {
  extension: Extension;
  /** The machine's folder for this extension. */
  folder: string;
  sequence: number;
  layout: SandboxLayout;
  settings: SandboxSettings;
  vaults: Pick<Vaults, "localUrl">;
  host: HostPlatform;
  env: Record<string, string>;
  signal: AbortSignal;
}

/** How a run ended, as the extension's handler reports it. */
export type ScriptResult = { succeeded: true } | { succeeded: false; message: string };

/** Azure keeps this much of a script's output. */
const KEPT_OUTPUT_BYTES = 4096;
/** Azure gives a script 90 minutes. */
const TIMEOUT_MS = 90 * 60_000;
/** Folders of former runs that stay, for their output. */
const KEPT_RUNS = 5;
/** The install command's own exit code for an agent that isn't the declared one. */
const AGENT_HASH_EXIT_CODE = 30;

export const OUTPUT_FILE = "output.log";

/** Does what a Custom Script Extension does on a machine: downloads the named files, then runs the command. */
export async function runCustomScript(run: ScriptRun): Promise<ScriptResult> {
  const script = readCustomScript(run.extension);
  if ("problems" in script) return { succeeded: false, message: script.problems.join("; ") };
  const { command, fileUris, spec } = script;
  const folder = join(run.folder, String(run.sequence));
  const output = join(folder, OUTPUT_FILE);
  await mkdir(folder, { recursive: true });
  await pruneRuns(run.folder);

  const hashes = new Map<string, string>();
  for (const uri of fileUris) {
    const name = fileNameOf(uri);
    try {
      const headers = await downloadHeaders(uri, script.identityClientId, run);
      hashes.set(name, await download(uri, join(folder, name), run.signal, headers));
    } catch (error) {
      const message = `Failed to download all specified files. Exiting. Error Message: ${reasonOf(error)}`;
      await appendFile(output, `${message}\n`);
      return { succeeded: false, message };
    }
  }

  let exitCode: number;
  const published = run.settings.artifacts[command.agentSha256];
  if (hashes.get(command.agentFile) !== command.agentSha256) {
    await appendFile(output, `${command.agentFile} does not have the declared SHA-256\n`);
    exitCode = AGENT_HASH_EXIT_CODE;
  } else if (!published || !existsSync(hostBuildFile(published, run.layout))) {
    return {
      succeeded: false,
      message: `no host build of ${command.agentFile} (${command.agentSha256}) is published in this sandbox`,
    };
  } else {
    const unknown = secretUrls(spec).find((url) => run.vaults.localUrl(url) === undefined);
    if (unknown !== undefined) {
      return { succeeded: false, message: `${new URL(unknown).hostname} isn't a vault that this sandbox holds` };
    }
    const document = agentSpecText(
      renderHostSpec(spec, run.settings, run.host, (url) => run.vaults.localUrl(url) ?? url),
    );
    exitCode = await runProgram({
      file: hostBuildFile(published, run.layout),
      args: ["install", "--spec-base64", Buffer.from(document).toString("base64")],
      cwd: folder,
      env: run.env,
      output,
      timeoutMs: TIMEOUT_MS,
      signal: run.signal,
    });
  }
  if (exitCode === 0) return { succeeded: true };
  return {
    succeeded: false,
    message:
      "Command execution finished, but failed because it returned a non-zero exit code of: " +
      `'${exitCode}'. The command had an error output of: '${tail(output, KEPT_OUTPUT_BYTES).trim()}'`,
  };
}

/** With `managedIdentity` the extension downloads blobs, and nothing else, with a token of the machine's identity. */
async function downloadHeaders(
  uri: string,
  clientId: string | undefined,
  { env, signal }: ScriptRun,
): Promise<Record<string, string>> {
  if (clientId === undefined || !isBlobUrl(uri)) return {};
  const query = new URLSearchParams({
    "api-version": "2018-02-01",
    resource: "https://storage.azure.com/",
    client_id: clientId,
  });
  const response = await fetch(
    `${env["WINDOWS_HA_METADATA_ADDRESS"]}/metadata/identity/oauth2/token?${query.toString()}`,
    {
      headers: { Metadata: "true" },
      signal,
    },
  );
  const answer = (await response.json()) as { access_token?: string; error_description?: string };
  if (!response.ok) throw new Error(`the metadata service answered ${response.status}: ${answer.error_description}`);
  return { Authorization: `Bearer ${answer.access_token}`, "x-ms-version": "2021-12-02" };
}

async function pruneRuns(folder: string): Promise<void> {
  const runs = (await readdir(folder))
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a);
  for (const old of runs.slice(KEPT_RUNS)) await rm(join(folder, String(old)), { recursive: true, force: true });
}

/** `fetch` hides the reason of a failed connection in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
