import { readFile } from "node:fs/promises";
import { unzipSync, zipSync } from "fflate";
import { AzureError } from "../azure/azure-error";
import { createHash } from "node:crypto";

/** A file of an `AssetArchive`, as the engine sends it: one on this computer, or text. */
export interface ArchivedAsset {
  hash?: string;
  path?: string;
  text?: string;
}

/** Equal archives are equal bytes, as with azure-native. Zip knows no time before 1980. */
const MODIFIED = new Date(Date.UTC(1990, 0, 1, 12));

/** @throws AzureError when a file isn't what was declared */
export async function zipOf(assets: Record<string, ArchivedAsset>): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const name of Object.keys(assets).sort()) files[name] = await contentOf(name, assets[name]!);
  return zipSync(files, { mtime: MODIFIED, level: 1 });
}

/** The files of a zip by their names. @throws Error when it is none */
export async function unzip(file: string): Promise<Record<string, Uint8Array>> {
  return unzipSync(await readFile(file));
}

async function contentOf(name: string, { path, text = "", hash }: ArchivedAsset): Promise<Uint8Array> {
  const content = path === undefined ? Buffer.from(text) : await read(path);
  const seen = createHash("sha256").update(content).digest("hex");
  if (hash === undefined || hash === seen) return content;
  throw new AzureError(
    "Md5Mismatch",
    `${path ?? name} changed while it was deployed: SHA-256 was ${hash}, is ${seen}. Deploy again.`,
  );
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new AzureError("InvalidInput", `${path} can't be read: ${(error as Error).message}`);
  }
}
