import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ResourceStore } from "../azure/resource-store";
import type { SandboxLayout } from "../layout";
import { findContainer } from "./declared-blobs";

export interface WrittenBlob {
  name: string;
  file: string;
  bytes: number;
  /** With its fractions, so that two writes differ. */
  modifiedMs: number;
}

/** Blobs that machines wrote: no program declares them, and they go with their container. */
export class WrittenBlobs {
  constructor(private readonly layout: Pick<SandboxLayout, "blobs">) {}

  /** Whole or not at all: who reads meanwhile gets the former one. */
  async put(account: string, container: string, name: string, content: Readable): Promise<WrittenBlob> {
    const folder = this.#folder(account, container);
    await mkdir(folder, { recursive: true });
    const draft = join(folder, `.${randomUUID()}`);
    try {
      await pipeline(content, createWriteStream(draft, { mode: 0o600 }));
      await rename(draft, join(folder, fileName(name)));
    } finally {
      await rm(draft, { force: true });
    }
    return (await this.get(account, container, name))!;
  }

  async get(account: string, container: string, name: string): Promise<WrittenBlob | undefined> {
    const file = join(this.#folder(account, container), fileName(name));
    const found = await stat(file).catch(() => undefined);
    return found && { name, file, bytes: found.size, modifiedMs: found.mtimeMs };
  }

  /** @returns whether it was there */
  async delete(account: string, container: string, name: string): Promise<boolean> {
    if (!(await this.get(account, container, name))) return false;
    await rm(join(this.#folder(account, container), fileName(name)));
    return true;
  }

  async list(account: string, container: string): Promise<WrittenBlob[]> {
    const files = await readdir(this.#folder(account, container)).catch(() => []);
    const names = files.filter((file) => !file.startsWith(".")).map((file) => decodeURIComponent(file));
    const found = await Promise.all(names.map((name) => this.get(account, container, name)));
    return found.filter((blob) => blob !== undefined);
  }

  /** Removes what lies in containers that aren't declared any more. */
  async prune(store: ResourceStore): Promise<void> {
    for (const account of await readdir(this.layout.blobs).catch(() => [])) {
      for (const container of await readdir(join(this.layout.blobs, account))) {
        if (findContainer(store, account, container)) continue;
        await rm(this.#folder(account, container), { recursive: true, force: true });
      }
    }
  }

  #folder(account: string, container: string): string {
    return join(this.layout.blobs, account, container);
  }
}

/** One flat file per blob, whatever its name: slashes, and dots at the beginning, can't lead elsewhere. */
function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\./, "%2E");
}
