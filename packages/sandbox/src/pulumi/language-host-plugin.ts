import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerWritableStream } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { resolveRunner } from "./language-host-run";

type Call = Pick<
  ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>,
  "request" | "on" | "write"
>;

/**
 * Runs a component package that is written in Node.js until Pulumi has enough of it. What it prints goes to the engine: its
 * first line is the port on which it serves.
 */
export async function runPlugin(call: Call): Promise<void> {
  const { request } = call;
  const directory = request.getInfo()?.getProgramDirectory() || request.getProgram();
  const runner = resolveRunner(directory, "run-plugin");
  if (runner === undefined) {
    throw new Error(
      `There is no @pulumi/pulumi for the package in ${directory}: run npm install where the package is installed.`,
    );
  }
  const environment = request.getEnvList().map((entry) => {
    const at = entry.indexOf("=");
    return [entry.slice(0, at), entry.slice(at + 1)];
  });
  const child = spawn(process.execPath, [runner, directory, ...request.getArgsList()], {
    // Where the runner looks for a tsconfig.json.
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: Object.fromEntries(environment) as NodeJS.ProcessEnv,
  });
  const stop = (): void => void child.kill();
  call.on("cancelled", stop);
  process.once("exit", stop);
  child.stdout.on("data", (text: Buffer) => call.write(new messages.RunPluginResponse().setStdout(text)));
  child.stderr.on("data", (text: Buffer) => call.write(new messages.RunPluginResponse().setStderr(text)));
  try {
    const [code] = (await once(child, "close")) as [number | null];
    call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
  } finally {
    process.off("exit", stop);
  }
}
