import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { agentBinary } from "@windows-ha/agent";
import { AzureError } from "../azure/azure-error";
import { writeJson } from "../files";
import { ARTIFACT_PORT, type SandboxLayout, type SandboxSettings } from "../layout";
import { hostPlatform } from "../machines/host-platform";
import { publish } from "../publish";
import { SandboxError } from "../sandbox-error";

/** The contents of blobs. */
export interface BlobFiles {
  /** Address of an account's blobs, without a slash at its end. */
  endpoint(accountName: string): string;
  /**
   * Keeps a file's content, and the host build of a Windows program.
   * @throws AzureError when the file isn't what was declared, or has no host build
   */
  keep(source: { path: string; hash: string }): Promise<void>;
}

/** Where the sandbox keeps a blob's content. */
export function blobFile(layout: Pick<SandboxLayout, "artifacts">, source: { path: string; hash: string }): string {
  return join(layout.artifacts, source.hash, basename(source.path));
}

export class StoredBlobFiles implements BlobFiles {
  constructor(private readonly context: { layout: SandboxLayout; settings: SandboxSettings }) {}

  endpoint(accountName: string): string {
    return `http://127.${this.context.settings.block}.0.1:${ARTIFACT_PORT}/blobs/${accountName}`;
  }

  async keep(source: { path: string; hash: string }): Promise<void> {
    const { layout, settings } = this.context;
    const seen = await sha256Of(source.path);
    if (seen !== source.hash) {
      throw new AzureError(
        "Md5Mismatch",
        `${source.path} changed while it was deployed: SHA-256 was ${source.hash}, is ${seen}. Deploy again.`,
      );
    }
    if (!/\.exe$/i.test(source.path)) {
      await mkdir(join(layout.artifacts, source.hash), { recursive: true });
      await copyFile(source.path, blobFile(layout, source));
      return;
    }
    try {
      settings.artifacts[source.hash] = await publish(layout, source.path, agentHostBuild(source.hash));
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      throw new AzureError("HostBuildMissing", `The sandbox's machines can't run this blob: ${error.message}`);
    }
    writeJson(layout.settings, settings);
  }
}

/** The agent's builds lie in a folder per platform; every other program's host build lies beside it, without `.exe`. */
function agentHostBuild(sha256: string): string | undefined {
  const host = hostPlatform();
  try {
    return host && agentBinary({ os: "windows", arch: "amd64" }).sha256 === sha256 ? agentBinary(host).file : undefined;
  } catch {
    return undefined;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw new AzureError("InvalidInput", `${file} can't be read: ${(error as Error).message}`);
  }
  return hash.digest("hex");
}
