import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";
import type { PrivateAccessArgs } from "../common/private-access";

/** What kind of identity reads secrets. */
export const SecretReaderType = {
  /** A managed identity, or an application's. */
  ServicePrincipal: "ServicePrincipal",
  User: "User",
  Group: "Group",
} as const;
/** What kind of identity reads secrets. */
export type SecretReaderType = (typeof SecretReaderType)[keyof typeof SecretReaderType];

/** An identity that reads all secrets of a store. */
export interface SecretReaderArgs {
  /** What it is called in the program, such as `machines`: 1 to 63 characters, used once per store. Never shown in Azure. */
  name: string;
  /** Object id of the identity, which gets the role Key Vault Secrets User on the vault. */
  principalId: pulumi.Input<string>;
  /**
   * What kind of identity it is. Azure looks an identity of unknown kind up, and doesn't find one that is a second old.
   * @default "ServicePrincipal"
   */
  principalType?: SecretReaderType;
}

/** Arguments of {@link SecretStore}. */
export interface SecretStoreArgs extends PlacementArgs {
  /**
   * The secrets by name (1 to 127 letters, digits and hyphens), each at most 25 kB. Every value is kept as a secret,
   * whether it was one or not. A changed value becomes the secret's new version.
   */
  secrets: Record<string, pulumi.Input<string>>;
  /**
   * Who reads them: all of them, so give each group of readers a store of its own. Needs `allowFrom` or `private`.
   * @default nobody
   */
  readers?: SecretReaderArgs[];
  /**
   * Public IPv4 addresses and ranges that may reach the vault, such as `network.outboundAddress`; all others are denied.
   * @default none
   */
  allowFrom?: pulumi.Input<string>[];
  /**
   * Closes the public address: the vault is reached through a private endpoint only.
   * @default the public address, for `allowFrom`
   */
  private?: PrivateAccessArgs;
  /**
   * Id of the Entra tenant whose identities the vault trusts.
   * @default the tenant of whoever deploys
   */
  tenantId?: pulumi.Input<string>;
  /**
   * Days in which a deleted vault can be brought back, and its name stays taken, 7 to 90. Azure never changes it later.
   * @default 90
   */
  softDeleteRetentionDays?: number;
}
