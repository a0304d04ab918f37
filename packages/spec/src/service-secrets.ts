import { DEFAULTS } from "./defaults";
import { PRIVATE_STORE_FIELDS, type PrivateStoreSpec } from "./private-store";
import type { ServiceSpec } from "./service";
import type { Field, Fields, ObjectField } from "./shape";

/** Where a secret comes from, as it was declared: any of these may be an Output. */
export interface SecretSource {
  value?: unknown;
  url?: unknown;
  roleScope?: unknown;
  identityClientId?: unknown;
}

/** The certificate by which a service answers. */
export interface TlsSpec {
  enabled: boolean;
  certificate?: SecretSource;
}

/** One declared source, and what it is called in arguments and in the vault. */
export interface NamedSource {
  /** What the service calls it; the certificate has no such name. */
  name?: string;
  /** Path of the source in the arguments. */
  path: string;
  /** Name in the cluster's own vault. */
  vaultName: string;
  source: SecretSource;
}

/** Azure's clouds, each with its own suffix for vaults. */
const VAULT_HOST =
  /^https:\/\/[a-z][a-z0-9-]{1,22}[a-z0-9]\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)/i;
const SECRET_URL = new RegExp(`${VAULT_HOST.source}/secrets/[A-Za-z0-9-]{1,127}(/[0-9a-f]{32})?$`, "i");

/** Where a secret of a vault is read. Nobody means a secret by it, but a value may be pasted into the wrong place. */
export const SECRET_URL_FIELD: Field = {
  kind: "string",
  input: true,
  confidential: true,
  pattern: SECRET_URL,
  allowed:
    "a secret's identifier, such as https://orders.vault.azure.net/secrets/database-password, with or without version",
  fix: "Copy the Secret Identifier from the vault; a certificate's is the one with /secrets/, not /certificates/.",
};

export const IDENTITY_CLIENT_ID_FIELD: Field = {
  kind: "string",
  input: true,
  pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  allowed: "the client id of an identity that the machines have, a UUID",
};

const SOURCE: Fields = {
  // Azure's limit is 25 kB.
  value: { kind: "string", input: true, confidential: true, minLength: 1, maxLength: 25_600 },
  url: SECRET_URL_FIELD,
  roleScope: {
    kind: "string",
    input: true,
    pattern:
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+(\/secrets\/[^/]+)?$/i,
    allowed:
      "the id of a vault in Azure Resource Manager, or that of one of its secrets (…/vaults/<vault>/secrets/<secret>)",
  },
  identityClientId: IDENTITY_CLIENT_ID_FIELD,
};

/** What a service says about its secrets: rows of its shape. */
export const SERVICE_SECRET_FIELDS: Fields = {
  secrets: {
    kind: "map",
    default: {},
    keyPattern: /^[A-Z][A-Z0-9_]{0,99}$/,
    of: { kind: "object", required: true, fields: SOURCE },
    allowed: "a map of names (at most 100 upper-case letters, digits and underscores, a letter first) to sources",
  },
  tls: {
    kind: "object",
    optional: true,
    fields: {
      enabled: { kind: "boolean", default: true },
      certificate: { kind: "object", optional: true, fields: SOURCE },
    },
  },
  secretRefreshSeconds: {
    kind: "integer",
    minimum: 10,
    maximum: 86_400,
    default: DEFAULTS.service.secretRefreshSeconds,
  },
  secretsInEnvironment: {
    kind: "list",
    default: [],
    unique: true,
    of: { kind: "string", pattern: /^[A-Za-z_][A-Za-z0-9_]*$/, allowed: "names of service.environment" },
  },
};

/** Settings of a cluster's own secret store. */
export interface ClusterSecretStoreSpec extends PrivateStoreSpec {
  /** Left out: whether a value has to be kept. */
  enabled?: boolean;
  allowFrom: unknown[];
  softDeleteRetentionDays: number;
}

const id: Field = { kind: "string", input: true, minLength: 1 };

export const CLUSTER_SECRET_STORE_FIELD: ObjectField = {
  kind: "object",
  fields: {
    enabled: { kind: "boolean" },
    ...PRIVATE_STORE_FIELDS,
    // Azure's limit of address rules on a vault.
    allowFrom: { kind: "list", default: [], maxItems: 1000, of: { kind: "string", input: true } },
    tenantId: id,
    softDeleteRetentionDays: {
      kind: "integer",
      minimum: 7,
      maximum: 90,
      default: DEFAULTS.secretStore.softDeleteRetentionDays,
    },
  },
};

/** How the service answers, and so how everybody asks it. */
export function healthScheme({ tls }: Pick<ServiceSpec, "tls">): "http" | "https" {
  return tls?.enabled ? "https" : "http";
}

const CERTIFICATE = "tls-certificate";
export const CERTIFICATE_PATH = "service.tls.certificate";

export function secretPath(name: string): string {
  return `service.secrets[${JSON.stringify(name)}]`;
}

/** Every source that is in use, the certificate last. */
export function secretSources({ secrets, tls }: Pick<ServiceSpec, "secrets" | "tls">): NamedSource[] {
  const named = Object.entries(secrets).map(([name, source]) => ({
    name,
    path: secretPath(name),
    // Names of a vault take no underscores. Ours have no hyphens, so no two names become one.
    vaultName: name.toLowerCase().replaceAll("_", "-"),
    source,
  }));
  const certificate = tls?.enabled ? tls.certificate : undefined;
  return [...named, ...(certificate ? [{ path: CERTIFICATE_PATH, vaultName: CERTIFICATE, source: certificate }] : [])];
}

/** Whether the cluster has to keep values: then it needs a store of its own. */
export function keepsValues(service: Pick<ServiceSpec, "secrets" | "tls">): boolean {
  return secretSources(service).some(({ source }) => isGiven(source.value));
}

/** Whether the cluster has a store of its own: when it was asked for, or is needed. */
export function hasSecretStore(
  { enabled }: Pick<ClusterSecretStoreSpec, "enabled">,
  service: Pick<ServiceSpec, "secrets" | "tls">,
): boolean {
  return enabled ?? keepsValues(service);
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
