import type * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { PRIVATE_DNS_ZONES, resolveSecretStore, vaultName, type SecretStoreSpec } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { privateStoreNames } from "../common/named-parts";
import { onDemand } from "../common/on-demand";
import type { PlacementArgs } from "../common/placement";
import { createPrivateAccess } from "../common/private-endpoint";
import { withName } from "../common/resource-names";
import type { SecretStoreArgs } from "./args";
import { createSecretsUserRole } from "./secrets-user-role";

/**
 * Keeps secrets in a key vault of their own: rights by role, purge protection, a firewall that denies by default, values
 * written through Azure Resource Manager, so that whoever deploys needs no right to read them.
 *
 * A `WindowsHaCluster` has one for the secrets that its service is given by value, and the agent on its machines
 * delivers them. By itself it is for programs that read a key vault by their own identity, and for secrets that several
 * clusters share (`secretUris` as `url`, `vaultId` as `roleScope`).
 *
 * What stays after a destroy: the vault is deleted softly, and its name is taken until `softDeleteRetentionDays` are
 * over; nobody can end that sooner. Its name is random, so the next `pulumi up` gets another one. A secret that is
 * declared no longer stays in the vault.
 *
 * @example
 * ```ts
 * const store = new SecretStore("orders", {
 *   resourceGroupName,
 *   secrets: { "database-password": config.requireSecret("databasePassword") },
 *   readers: [{ name: "machines", principalId: identity.principalId }],
 *   allowFrom: [network.outboundAddress!],
 * });
 * ```
 * @throws InvalidArgumentsError with every finding
 */
export class SecretStore extends pulumi.ComponentResource {
  /** Address of the vault, for example `https://orders-0a1b2c3d4e.vault.azure.net/`. */
  public readonly vaultUri: pulumi.Output<string>;
  /** Id of the vault, for role assignments of others who read it. */
  public readonly vaultId: pulumi.Output<string>;
  /** Where to read each secret's present version, by its name; known once the readers may. Addresses, never values. */
  public readonly secretUris: pulumi.Output<Record<string, string>>;
  /** Id of the zone in which the network finds a private store, for the next private store in that network. */
  public readonly privateDnsZoneId?: pulumi.Output<string>;

  constructor(name: string, args: SecretStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `SecretStore "${name}"`,
      withName(name, resolveSecretStore(args), ({ isPrivate }) => privateStoreNames(name, isPrivate)),
    );
    super("windows-ha:index:SecretStore", name, { ...spec }, opts);

    const vault = createVault(name, args, spec, this);
    const secrets = spec.secretNames.map((secret) => createSecret(name, secret, args, vault, this));
    const roles = spec.readers.map((reader, index) =>
      createSecretsUserRole(
        `${name}-reader-${reader.name}`,
        vault.id,
        args.readers![index]!.principalId,
        reader.principalType,
        this,
      ),
    );
    const target = { targetId: vault.id, groupId: "vault", zoneName: PRIVATE_DNS_ZONES.vault };
    const access = args.private && createPrivateAccess(name, args, args.private, target, this);

    this.vaultUri = addressOf(vault);
    this.vaultId = vault.id;
    this.secretUris = secretUris(spec, this.vaultUri, [...secrets, ...roles, ...(access ? [access.zoneGroup] : [])]);
    this.privateDnsZoneId = access?.zoneId;
    this.registerOutputs({
      vaultUri: this.vaultUri,
      vaultId: this.vaultId,
      secretUris: this.secretUris,
      privateDnsZoneId: this.privateDnsZoneId,
    });
  }
}

function createVault(
  name: string,
  args: SecretStoreArgs,
  { isPrivate, softDeleteRetentionDays }: SecretStoreSpec,
  parent: SecretStore,
): keyvault.Vault {
  const { resourceGroupName, location, tags } = args;
  const tenantId = args.tenantId ?? onDemand.authorization.getClientConfigOutput({ parent }).tenantId;
  return new onDemand.keyvault.Vault(
    name,
    {
      resourceGroupName,
      location,
      tags,
      vaultName: uniqueName(name, args, softDeleteRetentionDays, parent),
      properties: {
        tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: softDeleteRetentionDays,
        enablePurgeProtection: true,
        publicNetworkAccess: isPrivate ? "Disabled" : "Enabled",
        networkAcls: {
          defaultAction: "Deny",
          bypass: "AzureServices",
          ipRules: (args.allowFrom ?? []).map((range) => ({ value: pulumi.output(range).apply(asRange) })),
        },
      },
    },
    // Its successor has another name, so there is always a vault to read from.
    { parent, deleteBeforeReplace: false },
  );
}

/** Azure answers with the range, so the range is given: a refresh must find no difference. */
function asRange(address: string): string {
  return address.includes("/") ? address : `${address}/32`;
}

/**
 * Vaults share one world-wide set of names, and a deleted one keeps its name. So the name is drawn, and drawn anew with
 * whatever Azure refuses to change.
 */
function uniqueName(
  name: string,
  { resourceGroupName, location }: PlacementArgs,
  softDeleteRetentionDays: number,
  parent: SecretStore,
): pulumi.Output<string> {
  const place: Record<string, pulumi.Input<string>> = { resourceGroupName, ...(location && { location }) };
  const suffix = new random.RandomId(
    `${name}-vault-name`,
    { byteLength: 5, keepers: { ...place, softDeleteRetentionDays: String(softDeleteRetentionDays) } },
    { parent },
  );
  return suffix.hex.apply((hex) => vaultName(name, hex));
}

function createSecret(
  name: string,
  secret: string,
  { resourceGroupName, secrets, tags }: SecretStoreArgs,
  vault: keyvault.Vault,
  parent: SecretStore,
): keyvault.Secret {
  return new onDemand.keyvault.Secret(
    `${name}-${secret}`,
    {
      resourceGroupName,
      vaultName: vault.name,
      secretName: secret,
      tags,
      properties: { value: pulumi.secret(secrets[secret]!), contentType: "text/plain" },
    },
    {
      parent,
      additionalSecretOutputs: ["properties"],
      // Azure Resource Manager has no deletion of secrets: azure-native would need the right to manage the vault's data.
      // They go with the vault.
      retainOnDelete: true,
    },
  );
}

/** Azure answers with it; a preview of a change doesn't, and the address stays what it is. */
function addressOf({ properties, name }: keyvault.Vault): pulumi.Output<string> {
  return pulumi
    .all([properties, name])
    .apply(([{ vaultUri }, vault]) => vaultUri ?? `https://${vault}.vault.azure.net/`);
}

/** Whoever uses an address waits for the secret, the roles and the way to it, so that the first update works. */
function secretUris(
  { secretNames }: SecretStoreSpec,
  vaultUri: pulumi.Output<string>,
  ready: readonly pulumi.CustomResource[],
): pulumi.Output<Record<string, string>> {
  return pulumi
    .all([vaultUri, ...ready.map(({ id }) => id)])
    .apply(([uri]) => Object.fromEntries(secretNames.map((secret) => [secret, `${uri}secrets/${secret}`])));
}
