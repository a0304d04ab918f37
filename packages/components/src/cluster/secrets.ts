import type * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import {
  CERTIFICATE_PATH,
  hasSecretStore,
  PRIVATE_DNS_ZONES,
  secretSources,
  type ClusterSpec,
  type NamedSource,
} from "@windows-ha/spec";
import { checkedCertificate } from "../common/checked-certificate";
import type { PlacementArgs } from "../common/placement";
import { SecretStore, type SecretStoreArgs } from "../secret-store";
import { createSecretsUserRole } from "../secret-store/secrets-user-role";
import type { SecretSourceArgs, ServiceArgs } from "../service-install";
import type { ClusterIdentityArgs, WindowsHaClusterArgs } from "./args";
import type { Networking } from "./networking";
import { storeAccess } from "./store-access";

/** A cluster's secrets as its machines read them. */
export interface ClusterSecrets {
  /** What the service's arguments become: addresses instead of values. */
  references: Pick<ServiceArgs, "secrets" | "tls">;
  /** Keeps what was given by value; undefined when nothing is to be kept. */
  secretStore: SecretStore | undefined;
}

/** Keeps values, gives the machines' identity the right to read, and says where. */
export function createSecrets(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  spec: ClusterSpec,
  { identity, networking }: { identity: ClusterIdentityArgs; networking: Networking },
  parent: pulumi.Resource,
): ClusterSecrets {
  // As they were declared, so Inputs are what they were.
  const sources = secretSources(spec.service) as (NamedSource & { source: SecretSourceArgs })[];
  const secretStore = hasSecretStore(spec.secretStore, spec.service)
    ? new SecretStore(
        `${name}-secrets`,
        {
          ...placement,
          secrets: keptValues(name, sources, parent),
          readers: [{ name: "machines", principalId: identity.principalId }],
          ...secretStoreReach(args, networking),
          ...(args.secretStore?.tenantId === undefined ? {} : { tenantId: args.secretStore.tenantId }),
          softDeleteRetentionDays: spec.secretStore.softDeleteRetentionDays,
        },
        { parent },
      )
    : undefined;
  const roles = new Map<unknown, authorization.RoleAssignment>();
  const urlOf = ({ vaultName, source: { url, roleScope } }: (typeof sources)[number]): pulumi.Input<string> => {
    if (url === undefined) return secretStore!.secretUris.apply((uris) => uris[vaultName]!);
    if (roleScope === undefined) return url;
    const key = typeof roleScope === "string" ? roleScope.toLowerCase() : roleScope;
    const role =
      roles.get(key) ??
      createSecretsUserRole(
        `${name}-reads-${scopeName(roleScope, vaultName)}`,
        roleScope,
        identity.principalId,
        "ServicePrincipal",
        parent,
      );
    roles.set(key, role);
    // Who knows the address may read it, so that the first update works.
    return pulumi.all([url, role.id]).apply(([address]) => address);
  };
  const referenceTo = (source: (typeof sources)[number]): SecretSourceArgs => ({
    url: urlOf(source),
    identityClientId: identity.clientId,
  });
  const byPath = new Map(sources.map((source) => [source.path, referenceTo(source)]));
  const certificate = byPath.get(CERTIFICATE_PATH);
  return {
    references: {
      secrets: Object.fromEntries(
        sources.flatMap(({ name: secret, path }) => (secret === undefined ? [] : [[secret, byPath.get(path)!]])),
      ),
      ...(certificate ? { tls: { certificate } } : {}),
    },
    secretStore,
  };
}

/**
 * A role assignment keeps its name when a secret comes or goes beside it: else the new one would be refused, because the
 * old one, deleted afterwards, gives the same right.
 */
export function scopeName(scope: pulumi.Input<string>, firstSecret: string): string {
  if (typeof scope !== "string") return firstSecret;
  const [, vault, secret] = /\/vaults\/([^/]+)(?:\/secrets\/([^/]+))?$/i.exec(scope)!;
  return [vault, ...(secret === undefined ? [] : [secret])].join("-").toLowerCase();
}

function keptValues(
  name: string,
  sources: readonly (NamedSource & { source: SecretSourceArgs })[],
  resource: pulumi.Resource,
): SecretStoreArgs["secrets"] {
  const kept = sources.filter(({ source }) => source.value !== undefined);
  return Object.fromEntries(
    kept.map(({ path, vaultName, source }) => {
      const value = source.value!;
      return [
        vaultName,
        path === CERTIFICATE_PATH
          ? checkedCertificate(value, {
              subject: `WindowsHaCluster "${name}"`,
              outcome: "no machine was changed",
              resource,
            })
          : value,
      ];
    }),
  );
}

/** The way from the machines to a vault. */
export function secretStoreReach(
  args: WindowsHaClusterArgs,
  networking: Networking,
): Pick<SecretStoreArgs, "private" | "allowFrom"> {
  const { private: isPrivate, allowFrom = [] } = args.secretStore ?? {};
  if (isPrivate) return { private: storeAccess(PRIVATE_DNS_ZONES.vault, args.secretStore, args.network, networking) };
  return { allowFrom: allowFrom.length > 0 ? allowFrom : networking.outboundAddresses };
}
