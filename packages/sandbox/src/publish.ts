import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PublishedArtifact, SandboxLayout } from "./layout";
import { checkHostBuild, checkWindowsBuild } from "./publish-checks";

/** Where the sandbox's machines get a published program. */
export interface Publication {
  url: string;
  sha256: string;
  fileName: string;
}

/** Checks a program's two builds and copies them to where the sandbox serves them. */
export async function publish(layout: SandboxLayout, file: string, hostBuild?: string): Promise<PublishedArtifact> {
  const windows = resolve(file);
  const host = resolve(hostBuild ?? windows.replace(/\.exe$/i, ""));
  await checkWindowsBuild(windows);
  await checkHostBuild(host, windows);
  return {
    fileName: basename(windows),
    sha256: await store(layout, windows),
    host: { fileName: basename(host), sha256: await store(layout, host) },
  };
}

/** Copies a file to `artifacts/<sha256>/<name>`; whole or not at all, as machines may be downloading it. */
async function store(layout: SandboxLayout, file: string): Promise<string> {
  await mkdir(layout.artifacts, { recursive: true });
  const draft = join(layout.artifacts, `.${randomUUID()}`);
  try {
    const hash = createHash("sha256");
    const hashing = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(createReadStream(file), hashing, createWriteStream(draft));
    const sha256 = hash.digest("hex");
    await chmod(draft, 0o755);
    await mkdir(join(layout.artifacts, sha256), { recursive: true });
    await rename(draft, join(layout.artifacts, sha256, basename(file)));
    return sha256;
  } finally {
    await rm(draft, { force: true });
  }
}
