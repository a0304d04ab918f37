import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ServerUnaryCall } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/language_pb";

/** The exit code by which `@pulumi/pulumi` says: the user has been told already. */
const ALREADY_REPORTED = 32;

interface RuntimeOptions {
  /** @default true */
  typescript?: boolean;
  /** Arguments of Node.js, separated by spaces. */
  nodeargs?: string;
  /** Path of the program's `tsconfig.json`. */
  tsconfig?: string;
}

/** Runs a Pulumi program to its end. What it prints goes where this process prints; the engine reads it there. */
export async function runProgram(
  request: messages.RunRequest,
  engineAddress: string,
  call: Pick<ServerUnaryCall<unknown, unknown>, "on">,
): Promise<messages.RunResponse> {
  const info = request.getInfo();
  const options = (info?.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions;
  const programDirectory = info?.getProgramDirectory() || request.getPwd();
  const runner = resolveRunner(programDirectory);
  if (runner === undefined) {
    return new messages.RunResponse().setError(
      `It looks like the Pulumi SDK has not been installed: there is no @pulumi/pulumi for the program in ${programDirectory}. Have you run npm install?`,
    );
  }
  const nodeArguments = options.nodeargs?.split(/\s+/).filter(Boolean) ?? [];
  const child = spawn(process.execPath, [...nodeArguments, runner, ...programArguments(request, engineAddress)], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...programEnvironment(request, options) },
  });
  const stop = (): void => void child.kill();
  call.on("cancelled", stop);
  process.once("exit", stop);
  try {
    return await outcome(child);
  } finally {
    process.off("exit", stop);
  }
}

/** The program's own runner: its SDK's version decides how it is run. */
export function resolveRunner(programDirectory: string, command: "run" | "run-plugin" = "run"): string | undefined {
  try {
    return createRequire(join(programDirectory, "program.js")).resolve(`@pulumi/pulumi/cmd/${command}`);
  } catch {
    return undefined;
  }
}

function programArguments(request: messages.RunRequest, engineAddress: string): string[] {
  const info = request.getInfo();
  const named: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    "root-directory": info?.getRootDirectory() ?? "",
    pwd: request.getPwd() || (info?.getProgramDirectory() ?? ""),
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

function programEnvironment(request: messages.RunRequest, options: RuntimeOptions): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...((options.typescript ?? true) ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };
}

async function outcome(child: ChildProcess): Promise<messages.RunResponse> {
  const response = new messages.RunResponse();
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (code === ALREADY_REPORTED) return response.setBail(true);
    if (signal) return response.setError(`Program exited unexpectedly: ${signal}`);
    return code === 0 ? response : response.setError(`Program exited with non-zero exit code: ${code}`);
  } catch (error) {
    return response.setError(
      `Problem executing program (could not run language executor): ${(error as Error).message}`,
    );
  }
}
