import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Zip, ZipPassThrough } from "fflate";
import type { PublishedConsul, SandboxLayout } from "./layout";
import { isForThisComputer } from "./publish-checks";
import { SandboxError } from "./sandbox-error";

const VERSION = /^Consul v(\d+\.\d+\.\d+)/;
const VERSION_TIMEOUT_MS = 20_000;
/** The same program is the same zip file. Zip knows no time before 1980. */
const MODIFIED = new Date(Date.UTC(1990, 0, 1, 12));

/** `consul.program` of a program that runs in a sandbox only. */
export interface ConsulPublication {
  version: string;
  windows: { url: string; sha256: string };
  linux: { url: string; sha256: string };
}

/** Elsewhere it leads nowhere: the name ends with one that the Internet never has (RFC 2606). */
export function consulPublication({ version, fileName, sha256 }: PublishedConsul): ConsulPublication {
  const file = { url: `https://sandbox.invalid/${fileName}`, sha256 };
  return { version, windows: file, linux: file };
}

/** Packs Consul's program as its maker does, but uncompressed, where the sandbox serves it. */
export async function packConsul(layout: SandboxLayout, program: string): Promise<PublishedConsul> {
  const file = resolve(program);
  const version = await versionOf(file);
  const fileName = `consul_${version}_linux.zip`;
  await mkdir(layout.artifacts, { recursive: true });
  const draft = join(layout.artifacts, `.${randomUUID()}`);
  try {
    const sha256 = await zip(file, draft);
    await mkdir(join(layout.artifacts, sha256), { recursive: true });
    await rename(draft, join(layout.artifacts, sha256, fileName));
    return { version, fileName, sha256 };
  } finally {
    await rm(draft, { force: true });
  }
}

async function versionOf(file: string): Promise<string> {
  if (!(await isForThisComputer(file))) {
    throw new SandboxError(
      "unusable",
      `${file} isn't a program that this computer (${process.platform}/${process.arch}) runs; it must be Consul's, unpacked: ` +
        "your system's package has it, or the zip file that its maker offers",
    );
  }
  const { stdout } = await promisify(execFile)(file, ["version"], { timeout: VERSION_TIMEOUT_MS }).catch(
    (error: Error) => ({ stdout: error.message }),
  );
  const version = VERSION.exec(stdout)?.[1];
  if (version !== undefined) return version;
  const seen = JSON.stringify(stdout.split("\n")[0]!.slice(0, 120));
  throw new SandboxError("unusable", `${file} isn't Consul: \`version\` printed ${seen}, not Consul v1.2.3`);
}

/** Chunk by chunk: the program has more than 100 MB. @returns the zip file's SHA-256 */
async function zip(file: string, target: string): Promise<string> {
  const output = createWriteStream(target);
  const hash = createHash("sha256");
  const packed = new Zip((error, chunk) => {
    if (error) throw error;
    hash.update(chunk);
    output.write(chunk);
  });
  const entry = new ZipPassThrough("consul");
  entry.mtime = MODIFIED;
  entry.os = 3; // Unix, as its permissions are
  entry.attrs = 0o755 << 16;
  packed.add(entry);
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    entry.push(chunk as Buffer);
    await drained(output);
  }
  entry.push(new Uint8Array(), true);
  packed.end();
  output.end();
  await once(output, "close");
  return hash.digest("hex");
}

async function drained(output: WriteStream): Promise<void> {
  if (output.writableNeedDrain) await once(output, "drain");
}
