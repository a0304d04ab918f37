export { AccessTokens } from "./access-tokens";
export { hostBuildUrl, isBlobUrl, serveBlob, type BlobEndpointOptions } from "./blob-endpoint";
export { StoredBlobFiles, type BlobFiles } from "./blob-files";
export { startMetadataServer, type MetadataServer } from "./metadata-server";
