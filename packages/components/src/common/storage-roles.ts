/** Azure's built-in role by which an identity reads blobs, and nothing else. */
export const STORAGE_BLOB_DATA_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";

/** Azure's built-in role by which an identity reads, writes and deletes blobs. */
export const STORAGE_BLOB_DATA_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
