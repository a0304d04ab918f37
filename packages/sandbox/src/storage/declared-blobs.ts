import { join } from "node:path";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { BlobInputs } from "../azure/types/blob";
import type { SandboxLayout, SandboxSettings } from "../layout";
import { blobFile, type BlobSource } from "./blob-files";

export function findContainer(store: ResourceStore, account: string, container: string): StoredResource | undefined {
  return store
    .list("azure-native:storage:BlobContainer")
    .find(({ inputs }) => inputs["accountName"] === account && inputs["containerName"] === container);
}

/** The blobs of a container that a program declares. */
export function declaredBlobs(store: ResourceStore, account: string, container: string): StoredResource[] {
  return store.list("azure-native:storage:Blob").filter(({ inputs }) => {
    const { accountName, containerName } = inputs as unknown as BlobInputs;
    return accountName === account && containerName === container;
  });
}

export function findBlob(
  store: ResourceStore,
  account: string,
  container: string,
  name: string,
): StoredResource | undefined {
  return declaredBlobs(store, account, container).find(({ inputs }) => inputs["blobName"] === name);
}

export function blobContent(
  { layout }: { layout: Pick<SandboxLayout, "artifacts"> },
  { inputs }: StoredResource,
): string | undefined {
  const { source } = inputs as unknown as BlobInputs;
  return source && blobFile(layout, source as BlobSource);
}

/** The host build of a blob that is a Windows program. */
export function hostBuildOf(
  { layout, settings }: { layout: Pick<SandboxLayout, "artifacts">; settings: Pick<SandboxSettings, "artifacts"> },
  { inputs }: StoredResource,
): string | undefined {
  const { source } = inputs as unknown as BlobInputs;
  const host = settings.artifacts[source?.hash ?? ""]?.host;
  return host && join(layout.artifacts, host.sha256, host.fileName);
}
