import { copyFile, mkdir } from "node:fs/promises";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { AzureError } from "../azure/azure-error";
import type { ResourceStore } from "../azure/resource-store";
import type { StorageAccountInputs } from "../azure/types/storage-account";
import { admitsAddress } from "../azure/types/storage-firewall";
import { INTERNET_CLIENT } from "../firewall/identities";
import type { SandboxLayout } from "../layout";
import type { AccessTokens } from "./access-tokens";
import { BLOB_READERS } from "./blob-access";
import { blobContent, findBlob, findContainer } from "./declared-blobs";

/** The packages of a gallery's applications. They are the gallery's own: the blobs they came from may go. */
export interface GalleryPackages {
  /**
   * Takes a version's package from the blob that it names.
   * @param principalIds identities of the gallery
   * @throws AzureError when the blob isn't there or none of them may read it
   */
  keep(versionId: string, mediaLink: string, principalIds: readonly string[]): Promise<void>;
}

/** Where a version's package lies. */
export function packageFile({ packages }: Pick<SandboxLayout, "packages">, versionId: string): string {
  return join(packages, createHash("sha256").update(versionId.toLowerCase()).digest("hex"), "package");
}

export class StoredGalleryPackages implements GalleryPackages {
  constructor(
    private readonly context: {
      layout: Pick<SandboxLayout, "artifacts" | "packages">;
      store: ResourceStore;
      tokens: Pick<AccessTokens, "hasRole">;
    },
  ) {}

  async keep(versionId: string, mediaLink: string, principalIds: readonly string[]): Promise<void> {
    const { layout } = this.context;
    const file = packageFile(layout, versionId);
    await mkdir(dirname(file), { recursive: true });
    await copyFile(this.#source(mediaLink, principalIds), file);
  }

  #source(mediaLink: string, principalIds: readonly string[]): string {
    const { layout, store, tokens } = this.context;
    const [account, container, ...rest] = new URL(mediaLink).pathname.replace(/^\/blobs\//, "").split("/");
    const containerId = findContainer(store, account!, container!)?.id;
    const blob = findBlob(store, account!, container!, rest.map(decodeURIComponent).join("/"));
    const keeper = store
      .list("azure-native:storage:StorageAccount")
      .map(({ inputs }) => inputs as unknown as StorageAccountInputs)
      .find(({ accountName }) => accountName === account);
    const mayRead = containerId && principalIds.some((id) => tokens.hasRole(id, containerId, BLOB_READERS));
    const file = blob && blobContent({ layout }, blob);
    if (file && mayRead && keeper && admitsAddress(keeper, INTERNET_CLIENT)) return file;
    const reason = !blob
      ? "there is no such blob"
      : mayRead
        ? "the account's firewall admits no service of Azure's"
        : "the gallery has no identity with a role to read it, or the role is too young";
    throw new AzureError(
      "InvalidParameter",
      `The source blob ${mediaLink} cannot be accessed. Check that it exists and that the gallery may read it (${reason}).`,
    );
  }
}
