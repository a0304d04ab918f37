import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/language_pb";

/** Which package manager made a lock file. */
const LOCK_FILES = { "pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn", "bun.lock": "bun", "package-lock.json": "npm" };

/** Installs the dependencies with the package manager that the project uses, and streams what it says. */
export async function installDependencies(
  call: ServerWritableStream<messages.InstallDependenciesRequest, messages.InstallDependenciesResponse>,
): Promise<void> {
  const directory = call.request.getInfo()?.getProgramDirectory() || call.request.getDirectory();
  if (!hasDependencies(directory)) return;
  const manager = packageManager(directory);
  const child = spawn(manager, ["install"], { cwd: directory, shell: process.platform === "win32" });
  call.on("cancelled", () => child.kill());
  child.stdout.on("data", (text: Buffer) => call.write(new messages.InstallDependenciesResponse().setStdout(text)));
  child.stderr.on("data", (text: Buffer) => call.write(new messages.InstallDependenciesResponse().setStderr(text)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${manager} install in ${directory} failed with exit code ${code}`);
}

/** A folder whose dependencies are another one's concern, such as a component package inside an npm package. */
function hasDependencies(directory: string): boolean {
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Record<string, object>;
  return ["dependencies", "devDependencies"].some((kind) => Object.keys(manifest[kind] ?? {}).length > 0);
}

function packageManager(directory: string): string {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = Object.entries(LOCK_FILES).find(([file]) => existsSync(join(folder, file)));
    if (found) return found[1];
    if (dirname(folder) === folder) return "npm";
  }
}
