import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AGENT_HASH_EXIT_CODE } from "@windows-ha/spec";
import { fileNameOf, readCustomScript } from "./custom-script";
import { blobHeaders, download, reasonOf } from "./download";
import {
  installArguments,
  OUTPUT_FILE,
  pruneRuns,
  runFolder,
  runHostAgent,
  type HostRun,
  type RunResult,
} from "./run-host-agent";
import { tail } from "./run-program";
import type { Extension } from "./scale-set-model";

export interface ScriptRun extends HostRun {
  extension: Extension;
}

/** Azure keeps this much of a script's output. */
const KEPT_OUTPUT_BYTES = 4096;

/** Does what a Custom Script Extension does on a machine: downloads the named files, then runs the command. */
export async function runCustomScript(run: ScriptRun): Promise<RunResult> {
  const script = readCustomScript(run.extension);
  if ("problems" in script) return { succeeded: false, message: script.problems.join("; ") };
  const { command, fileUris, spec } = script;
  const folder = runFolder(run);
  const output = join(folder, OUTPUT_FILE);
  await mkdir(folder, { recursive: true });
  await pruneRuns(run.folder);

  const hashes = new Map<string, string>();
  for (const uri of fileUris) {
    const name = fileNameOf(uri);
    try {
      const headers = await blobHeaders(uri, script.identityClientId, run);
      hashes.set(name, await download(uri, join(folder, name), run.signal, headers));
    } catch (error) {
      const message = `Failed to download all specified files. Exiting. Error Message: ${reasonOf(error)}`;
      await appendFile(output, `${message}\n`);
      return { succeeded: false, message };
    }
  }

  let exitCode: number;
  if (hashes.get(command.agentFile) === command.agentSha256) {
    exitCode = await runHostAgent(run, command.agentFile, command.agentSha256, installArguments(spec, run));
  } else {
    await appendFile(output, `${command.agentFile} does not have the declared SHA-256\n`);
    exitCode = AGENT_HASH_EXIT_CODE;
  }
  if (exitCode === 0) return { succeeded: true };
  return {
    succeeded: false,
    message:
      "Command execution finished, but failed because it returned a non-zero exit code of: " +
      `'${exitCode}'. The command had an error output of: '${tail(output, KEPT_OUTPUT_BYTES).trim()}'`,
  };
}
