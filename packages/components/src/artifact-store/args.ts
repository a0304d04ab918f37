import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";
import type { PrivateAccessArgs } from "../common/private-access";
import type { RunMode } from "../service-install/run-mode";

/** Copies that Azure Storage keeps. */
export const StorageRedundancy = {
  /** Three, over the region's zones. */
  Zones: "Standard_ZRS",
  /** Three in one data centre: not for a cluster over zones. */
  Local: "Standard_LRS",
  /** Three over the zones, and more in the paired region. */
  ZonesAndRegions: "Standard_GZRS",
} as const;
/** Copies that Azure Storage keeps. */
export type StorageRedundancy = (typeof StorageRedundancy)[keyof typeof StorageRedundancy];

/** How an artifact store keeps its files, and for whom. */
export interface ArtifactStoreSettingsArgs {
  /**
   * How many copies, and where. Azure refuses to change it to or from `Standard_ZRS` later.
   * @default "Standard_ZRS"; a cluster's in an availability set "Standard_LRS", as its region may have no zones
   */
  redundancy?: StorageRedundancy;
  /**
   * Days in which a release that is declared no longer can still be brought back, 1 to 365; then Azure deletes it.
   * @default 14
   */
  softDeleteDays?: number;
  /**
   * Public IPv4 addresses and ranges that deployments upload from; every other address is denied, and machines read
   * through their subnet's service endpoint `Microsoft.Storage`, or with `private` through a private endpoint. Azure
   * takes no private addresses and no IPv6.
   * @default every address: rights alone decide
   */
  uploadFrom?: pulumi.Input<string>[];
  /**
   * Ids of subnets with that service endpoint whose machines reach the store: with `uploadFrom` only. Addresses don't
   * tell a store the callers of its own region, so a build machine there needs its subnet here. A cluster adds its own.
   * @default none
   */
  fromSubnetIds?: pulumi.Input<string>[];
}

/** A program for the store to keep. */
export interface StoredArtifactArgs {
  /** Name of the service or program: 1 to 80 letters, digits, dots, underscores, hyphens; used once per store. */
  name: string;
  /** Semantic version, such as 1.4.2 (S0-64). */
  version: string;
  /** The file: a console program for windows/amd64 of at most 1 GiB; relative to the folder that Pulumi runs in. */
  path: string;
  /**
   * What the program is run as, so that one that hardly fits is remarked on.
   * @default unknown
   */
  mode?: RunMode;
}

/** An identity that reads what a store keeps. */
export interface ArtifactReaderArgs {
  /** Object id of the identity, which gets the role Storage Blob Data Reader on the container. */
  principalId: pulumi.Input<string>;
  /** Client id of the same identity, which the machines name when they download. */
  clientId: pulumi.Input<string>;
}

/** Arguments of {@link ArtifactStore}. */
export interface ArtifactStoreArgs extends PlacementArgs, ArtifactStoreSettingsArgs {
  /** What to keep: at most 100 programs; none where only the packages of VM Applications go through the store. */
  artifacts: StoredArtifactArgs[];
  /**
   * The machines' identity; required where there are programs to read.
   * @default nobody
   */
  reader?: ArtifactReaderArgs;
  /**
   * Machines read through a private endpoint, with `uploadFrom` only: uploads go on coming to the public address.
   * @default their subnet's service endpoint, or without `uploadFrom` the public address
   */
  private?: PrivateAccessArgs;
}

/** A program as the store keeps it: what a `ServiceInstall` takes. */
export interface StoredArtifact {
  /** Address of its blob; known once the machines' identity may read it. */
  url: string;
  /** SHA-256, lower-case hex. */
  sha256: string;
  /** Client id of the identity that may read it. */
  identityClientId: string;
}
