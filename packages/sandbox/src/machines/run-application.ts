import { createHash } from "node:crypto";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PACKAGE_FILE, PACKAGED_AGENT, PACKAGED_SPEC, parseManageAction, type AgentSpec } from "@windows-ha/spec";
import { unzip } from "../storage/archives";
import { packageFile } from "../storage";
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

export interface ApplicationRun extends HostRun {
  /** ARM id of the version whose package is there. */
  version: string;
  command: string;
  packageFileName: string | undefined;
}

/** As much of a command's output as stands in the failure. */
const KEPT_OUTPUT_BYTES = 4096;

/** Why a sandbox machine can't run a command. */
export function commandProblem(command: string): string | undefined {
  if (parseManageAction(command)) return undefined;
  return "the command isn't one that VmApplication renders; a sandbox machine has no cmd.exe and runs solely those";
}

/** Does what the application manager does on a machine: brings the package and runs a command of the version. */
export async function runApplication(run: ApplicationRun): Promise<RunResult> {
  const folder = runFolder(run);
  await mkdir(folder, { recursive: true });
  await pruneRuns(run.folder);
  const action = parseManageAction(run.command);
  if (!action) return { succeeded: false, message: commandProblem(run.command)! };
  await copyFile(packageFile(run.layout, run.version), join(folder, basename(run.packageFileName ?? "package")));
  if (run.packageFileName !== PACKAGE_FILE) return { succeeded: false, message: `tar: there is no ${PACKAGE_FILE}` };
  const files = await unzip(join(folder, PACKAGE_FILE));
  const missing = [PACKAGED_AGENT, PACKAGED_SPEC].find((name) => !files[name]);
  if (missing !== undefined) return { succeeded: false, message: `${PACKAGE_FILE} has no ${missing}` };
  await writeFile(join(folder, PACKAGED_SPEC), files[PACKAGED_SPEC]!);

  const agentSha256 = createHash("sha256").update(files[PACKAGED_AGENT]!).digest("hex");
  const spec = () => JSON.parse(Buffer.from(files[PACKAGED_SPEC]!).toString("utf8")) as AgentSpec;
  const args = action.action === "install" ? installArguments(spec(), run) : ["uninstall", "--service", action.service];
  const exitCode = await runHostAgent(run, PACKAGED_AGENT, agentSha256, args);
  if (exitCode === 0) return { succeeded: true };
  const output = tail(join(folder, OUTPUT_FILE), KEPT_OUTPUT_BYTES).trim();
  return { succeeded: false, message: `the command ended with exit code ${exitCode}; its output: ${output}` };
}
