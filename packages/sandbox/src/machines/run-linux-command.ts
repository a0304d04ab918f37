import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readConsulGate } from "@windows-ha/spec";
import type { RunCommandInputs } from "../azure/types/virtual-machine-run-command";
import type { ScriptRun } from "./run-custom-script";
import { OUTPUT_FILE, pruneRuns, runFolder, type RunResult } from "./run-host-agent";
import { runProgram, tail } from "./run-program";
import type { Extension } from "./scale-set-model";

/** Azure gives a script 90 minutes unless it is told otherwise. */
const TIMEOUT_SECONDS = 5400;
const KEPT_OUTPUT_BYTES = 4096;

/** What would make this command fail on every machine. */
export function linuxCommandProblems(extension: Extension): string[] {
  const { source } = extension.settings as RunCommandInputs;
  const gate = readConsulGate(source?.script);
  return "problems" in gate ? gate.problems : [];
}

/** Does what the gate's script does on a server: waits for cloud-init, then asks the agent that it installed. */
export async function runLinuxCommand(run: ScriptRun): Promise<RunResult> {
  const { settings } = run.extension;
  const { source, timeoutInSeconds = TIMEOUT_SECONDS, treatFailureAsDeploymentFailure } = settings as RunCommandInputs;
  const failed = (message: string): RunResult =>
    // A failure that isn't the deployment's is only to be seen in the instance view.
    treatFailureAsDeploymentFailure ? { succeeded: false, message } : { succeeded: true };
  const gate = readConsulGate(source?.script);
  if ("problems" in gate) return failed(gate.problems.join("; "));
  if (!run.firstBoot) return failed("the machine has no Linux, which the script is for");
  const installed = await run.firstBoot();
  if ("problem" in installed) return failed(`cloud-init failed: ${installed.problem}`);
  const folder = runFolder(run);
  await mkdir(folder, { recursive: true });
  await pruneRuns(run.folder);
  const exitCode = await runProgram({
    file: installed.agentFile,
    args: gate.arguments,
    cwd: folder,
    env: run.env,
    output: join(folder, OUTPUT_FILE),
    timeoutMs: timeoutInSeconds * 1000,
    signal: run.signal,
  });
  if (exitCode === 0) return { succeeded: true };
  const printed = tail(join(folder, OUTPUT_FILE), KEPT_OUTPUT_BYTES).trim();
  return failed(`the script ended with exit code ${exitCode}; its output: '${printed}'`);
}
