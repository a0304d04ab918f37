export { AccessTokens, type Grant } from "./access-tokens";
export { hostBuildUrl, isBlobUrl, serveBlob, type BlobEndpointOptions } from "./blob-endpoint";
export { packageFile, StoredGalleryPackages, type GalleryPackages } from "./gallery-packages";
export { StoredBlobFiles, type BlobFiles } from "./blob-files";
export { WrittenBlobs } from "./written-blobs";
export { subnetsOf } from "./machine-subnets";
export { startMetadataServer, type MetadataServer } from "./metadata-server";
export { ScheduledEvents, type ScheduledEvent } from "./scheduled-events";
