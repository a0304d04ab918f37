import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { agentBinary } from "@windows-ha/agent";
import { AzureError } from "../azure/azure-error";
import type { ResourceStore } from "../azure/resource-store";
import { writeJson } from "../files";
import { ARTIFACT_PORT, type SandboxLayout, type SandboxSettings } from "../layout";
import { hostPlatform } from "../machines/host-platform";
import { publish } from "../publish";
import { SandboxError } from "../sandbox-error";
import { zipOf, type ArchivedAsset } from "./archives";

/** What a blob is made of: a file on this computer, text, or an archive of several. */
export interface BlobSource {
  hash: string;
  path?: string;
  text?: string;
  assets?: Record<string, ArchivedAsset>;
}

/** The contents of blobs. */
export interface BlobFiles {
  /** Address of an account's blobs, without a slash at its end. */
  endpoint(accountName: string): string;
  /** Where a blob or container of a declared account is here, instead of at the account's name. */
  localUrl(url: string, store: ResourceStore): string | undefined;
  /**
   * Keeps a file's, a text's or an archive's content, and the host builds of Windows programs.
   * @throws AzureError when the file isn't what was declared, or has no host build
   */
  keep(source: BlobSource): Promise<void>;
}

/** Where the sandbox keeps a blob's content. */
export function blobFile(layout: Pick<SandboxLayout, "artifacts">, { path, text, hash }: BlobSource): string {
  const name = path !== undefined ? basename(path) : text !== undefined ? "text" : "archive.zip";
  return join(layout.artifacts, hash, name);
}

export class StoredBlobFiles implements BlobFiles {
  constructor(private readonly context: { layout: SandboxLayout; settings: SandboxSettings }) {}

  endpoint(accountName: string): string {
    return `http://127.${this.context.settings.block}.0.1:${ARTIFACT_PORT}/blobs/${accountName}`;
  }

  localUrl(url: string, store: ResourceStore): string | undefined {
    const { hostname, pathname } = new URL(url);
    const [, account] = /^([a-z0-9]{3,24})\.blob\./.exec(hostname) ?? [];
    const isDeclared = store
      .list("azure-native:storage:StorageAccount")
      .some(({ inputs }) => inputs["accountName"] === account);
    return account !== undefined && isDeclared ? `${this.endpoint(account)}${pathname}` : undefined;
  }

  async keep(source: BlobSource): Promise<void> {
    const { layout } = this.context;
    const { path, text, hash, assets = {} } = source;
    if (text !== undefined) {
      await mkdir(join(layout.artifacts, hash), { recursive: true });
      await writeFile(blobFile(layout, source), text);
      return;
    }
    if (path === undefined) {
      const content = await zipOf(assets);
      for (const member of Object.values(assets)) await this.#publishHostBuild(member);
      await mkdir(join(layout.artifacts, hash), { recursive: true });
      await writeFile(blobFile(layout, source), content);
      return;
    }
    const seen = await sha256Of(path);
    if (seen !== hash) {
      throw new AzureError(
        "Md5Mismatch",
        `${path} changed while it was deployed: SHA-256 was ${hash}, is ${seen}. Deploy again.`,
      );
    }
    if (await this.#publishHostBuild(source)) return;
    await mkdir(join(layout.artifacts, hash), { recursive: true });
    await copyFile(path, blobFile(layout, source));
  }

  /** @returns whether it is a program, which is kept then. @throws AzureError when it has no host build */
  async #publishHostBuild({ path = "", hash = "" }: ArchivedAsset): Promise<boolean> {
    if (!/\.exe$/i.test(path)) return false;
    const { layout, settings } = this.context;
    try {
      settings.artifacts[hash] = await publish(layout, path, agentHostBuild(hash));
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      throw new AzureError("HostBuildMissing", `The sandbox's machines can't run this blob: ${error.message}`);
    }
    writeJson(layout.settings, settings);
    return true;
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
