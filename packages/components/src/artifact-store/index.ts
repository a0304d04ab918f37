export { StorageRedundancy } from "./args";
export type {
  ArtifactReaderArgs,
  ArtifactStoreArgs,
  ArtifactStoreSettingsArgs,
  StoredArtifact,
  StoredArtifactArgs,
} from "./args";
export { ArtifactStore } from "./artifact-store";
