import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  AGENT_HASH_EXIT_CODE,
  readRunCommand,
  type AgentSpec,
  type RunCommandParameter,
  type RunCommandWork,
} from "@windows-ha/spec";
import type { RunCommandInputs } from "../azure/types/virtual-machine-run-command";
import { hostBuildProblems, type Published } from "./custom-script";
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

/** The script's own name of the downloaded agent. */
const AGENT_FILE = "windows-ha-agent.exe";
/** Azure gives a script 90 minutes unless it is told otherwise. */
const TIMEOUT_SECONDS = 5400;
/** Azure shows this much of what a script printed. */
const KEPT_OUTPUT_BYTES = 4096;

function workOf({ settings, protectedSettings }: Extension): (RunCommandWork & { spec: AgentSpec }) | string[] {
  const { source, parameters = [] } = settings as RunCommandInputs;
  const { protectedParameters = [] } = protectedSettings as RunCommandInputs;
  const work = readRunCommand(source?.script, {
    parameters: parameters as RunCommandParameter[],
    protectedParameters: protectedParameters as RunCommandParameter[],
  });
  if ("problems" in work) {
    return work.problems.map(
      (problem) => `${problem}; a sandbox machine has no PowerShell and runs solely that script`,
    );
  }
  try {
    return { ...work, spec: JSON.parse(work.specJson) as AgentSpec };
  } catch (error) {
    return [`the AgentSpec in the parameter Spec isn't JSON: ${(error as Error).message}`];
  }
}

/** What would make this command fail on every machine. */
export function runCommandProblems(extension: Extension, published: Published): string[] {
  const work = workOf(extension);
  if (Array.isArray(work)) return work;
  return hostBuildProblems({ agentFile: AGENT_FILE, agentSha256: work.agentSha256 }, work.spec, published);
}

/** Does what the script does on a machine: downloads the agent, checks its hash, and has it install the service. */
export async function runRunCommand({ extension, ...given }: HostRun & { extension: Extension }): Promise<RunResult> {
  const work = workOf(extension);
  if (Array.isArray(work)) return failed(work.join("; "), extension);
  const { timeoutInSeconds = TIMEOUT_SECONDS } = extension.settings as RunCommandInputs;
  const late = AbortSignal.timeout(timeoutInSeconds * 1000);
  const run = { ...given, signal: AbortSignal.any([given.signal, late]) };
  const folder = runFolder(run);
  const output = join(folder, OUTPUT_FILE);
  await mkdir(folder, { recursive: true });
  await pruneRuns(run.folder);
  let exitCode = 1;
  try {
    const headers = await blobHeaders(work.agentUri, work.identityClientId, run);
    const hash = await download(work.agentUri, join(folder, AGENT_FILE), run.signal, headers);
    if (hash === work.agentSha256) {
      exitCode = await runHostAgent(run, AGENT_FILE, hash, installArguments(work.spec, run));
    } else {
      await appendFile(output, `${AGENT_FILE} does not have the declared SHA-256\n`);
      exitCode = AGENT_HASH_EXIT_CODE;
    }
  } catch (error) {
    await appendFile(output, `${reasonOf(error)}\n`);
  }
  if (exitCode === 0) return { succeeded: true };
  if (late.aborted) await appendFile(output, `the script was ended after its timeoutInSeconds, ${timeoutInSeconds}\n`);
  const printed = tail(output, KEPT_OUTPUT_BYTES).trim();
  return failed(`the script ended with exit code ${exitCode}; its output: '${printed}'`, extension);
}

/** A failure that isn't the deployment's is only to be seen in the instance view. */
function failed(message: string, { settings }: Extension): RunResult {
  const { treatFailureAsDeploymentFailure: told } = settings as RunCommandInputs;
  return told ? { succeeded: false, message } : { succeeded: true };
}
