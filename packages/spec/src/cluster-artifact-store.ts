import { ARTIFACT_STORE_SETTINGS, type ArtifactStoreSettings } from "./artifact";
import { checkArtifactStoreNetwork, checkUploadBesideEndpoint } from "./artifact-store-network";
import type { Finding } from "./finding";
import { PRIVATE_DNS_ZONES } from "./private-endpoints";
import {
  checkClusterPrivateAccess,
  PRIVATE_STORE_FIELDS,
  type PrivateStoreSpec,
  type StoreNetwork,
} from "./private-store";
import type { ObjectField } from "./shape";

/** `artifactStore` of a cluster. */
export type ClusterArtifactStoreSpec = ArtifactStoreSettings & PrivateStoreSpec;

export const CLUSTER_ARTIFACT_STORE_FIELD: ObjectField = {
  kind: "object",
  fields: { ...ARTIFACT_STORE_SETTINGS, ...PRIVATE_STORE_FIELDS },
};

/** Whether uploads and the machines of a cluster reach its store. */
export function checkClusterArtifactStore(store: ClusterArtifactStoreSpec, network: StoreNetwork): Finding[] {
  const prefix = "artifactStore.";
  return [
    ...checkArtifactStoreNetwork(store, prefix),
    ...checkUploadBesideEndpoint(store.private, store, prefix),
    ...checkClusterPrivateAccess(store, prefix, network, PRIVATE_DNS_ZONES.blob),
  ];
}
