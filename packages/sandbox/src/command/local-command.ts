import { spawn } from "node:child_process";
import { isAbsolute } from "node:path";
import { withoutCloudAccounts } from "../cloud-accounts";
import type { PropertyMap } from "../provider";
import { commandLifecycle, type CommandInputs, type Run } from "./command-lifecycle";
import type { RunResult } from "./run-result";

interface LocalCommandInputs extends CommandInputs {
  dir: string;
  interpreter?: string[];
}

/** A command on this computer. It runs in the sandbox's daemon, which is in no program's folder. */
export const localCommand = commandLifecycle<LocalCommandInputs>(check, execute);

const windows = process.platform === "win32";
const INTERPRETER = windows ? ["cmd", "/C"] : ["/bin/sh", "-c"];

function check({ dir, interpreter, ...others }: PropertyMap): string[] {
  const collected = ["assetPaths", "archivePaths"].filter((name) => others[name] !== undefined);
  return [
    ...(typeof dir === "string" && isAbsolute(dir)
      ? []
      : ["dir: the sandbox doesn't know the program's folder; give an absolute path, such as process.cwd()"]),
    ...(Array.isArray(interpreter) && interpreter.length === 0 ? ["interpreter: should name a program"] : []),
    ...collected.map((name) => `${name}: the sandbox doesn't collect a command's files yet; read them in the program`),
  ];
}

function execute({ dir, interpreter = INTERPRETER }: LocalCommandInputs, run: Run): Promise<RunResult> {
  const [program, ...first] = interpreter as [string, ...string[]];
  return new Promise((resolve, reject) => {
    // A group of its own, so that what the command started ends with it.
    const child = spawn(program, [...first, run.command], {
      cwd: dir,
      env: { ...withoutCloudAccounts(process.env), ...run.environment },
      detached: !windows,
      windowsHide: true,
    });
    const stop = (): void => {
      if (windows || child.pid === undefined) child.kill();
      else process.kill(-child.pid, "SIGTERM");
    };
    run.signal.addEventListener("abort", stop);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => stdout.push(data));
    child.stderr.on("data", (data: Buffer) => stderr.push(data));
    child.on("error", (error) => reject(new Error(`the command could not be started in ${dir}: ${error.message}`)));
    child.on("close", (code, signal) => {
      run.signal.removeEventListener("abort", stop);
      const exit = code === null ? { code: undefined, ended: `was ended by ${signal}` } : { code };
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), ...exit });
    });
    // A command that doesn't read its input closes it.
    child.stdin.on("error", () => {});
    child.stdin.end(run.stdin);
  });
}
