import { PLACEMENT } from "./cluster";
import { DEFAULTS } from "./defaults";
import { PRIVATE_ACCESS_FIELDS, type PrivateAccessSpec } from "./private-endpoints";
import { withoutReservedWords } from "./reserved-words";
import { resolve, type Resolved } from "./resolve";
import { checkSecretStore } from "./secret-store-rules";
import type { Field, ObjectField } from "./shape";

/** What is known of a secret store when the program runs: never a value. */
export interface SecretStoreSpec {
  secretNames: string[];
  readers: SecretReaderSpec[];
  /** Reached through a private endpoint only. */
  isPrivate: boolean;
  softDeleteRetentionDays: number;
}

/** Who reads all secrets of a store. */
export interface SecretReaderSpec {
  name: string;
  principalType: "ServicePrincipal" | "User" | "Group";
}

/** The arguments of a secret store, with its defaults; ids and values may be deferred. */
export interface SecretStoreArguments {
  secrets: Record<string, unknown>;
  readers: SecretReaderSpec[];
  allowFrom: unknown[];
  /** Empty when it wasn't given. */
  private: Partial<PrivateAccessSpec>;
  softDeleteRetentionDays: number;
  tags?: unknown;
}

const id = { kind: "string", input: true, minLength: 1 } as const;

const SECRET: Field = {
  kind: "string",
  required: true,
  input: true,
  confidential: true,
  minLength: 1,
  // Azure's limit is 25 kB.
  maxLength: 25_600,
};

const READER: ObjectField = {
  kind: "object",
  fields: {
    name: {
      kind: "string",
      required: true,
      pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      allowed: "1 to 63 letters, digits, dots, underscores and hyphens; a letter or digit first",
    },
    principalId: { ...id, required: true },
    principalType: { kind: "string", oneOf: ["ServicePrincipal", "User", "Group"], default: "ServicePrincipal" },
  },
};

export const SECRET_STORE_FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    secrets: {
      kind: "map",
      required: true,
      of: SECRET,
      keyPattern: /^[A-Za-z0-9-]{1,127}$/,
      allowed: "a map of texts, with names of 1 to 127 letters, digits and hyphens",
    },
    readers: { kind: "list", default: [], of: READER },
    // Azure's limit of address rules on a vault.
    allowFrom: { kind: "list", default: [], maxItems: 1000, of: { kind: "string", input: true } },
    private: { kind: "object", fields: PRIVATE_ACCESS_FIELDS },
    tenantId: id,
    softDeleteRetentionDays: {
      kind: "integer",
      // Azure's bounds.
      minimum: 7,
      maximum: 90,
      default: DEFAULTS.secretStore.softDeleteRetentionDays,
    },
  },
};

/** Checks a secret store's arguments and completes them. */
export function resolveSecretStore(args: unknown): Resolved<SecretStoreSpec> {
  const { spec, findings } = resolve<SecretStoreArguments>(
    SECRET_STORE_FIELD,
    args,
    (completed) => completed,
    checkSecretStore,
  );
  if (spec === undefined) return { spec, findings };
  return {
    spec: {
      secretNames: Object.keys(spec.secrets).sort(),
      readers: spec.readers.map(({ name, principalType }) => ({ name, principalType })),
      isPrivate: spec.private.subnetId !== undefined,
      softDeleteRetentionDays: spec.softDeleteRetentionDays,
    },
    findings: [],
  };
}

/** Letters and digits, with a hyphen for whatever is between them. */
function words(text: string): string {
  return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).join("-");
}

/** Azure's limit for the name of a vault. */
const MAX_VAULT_NAME = 24;

/**
 * A legal name of a vault that begins like `name`: 3 to 24 letters, digits and single hyphens, a letter first,
 * none of the words that Azure reserves.
 *
 * @param suffix what makes it unique in the world: letters and digits only
 */
export function vaultName(name: string, suffix: string): string {
  const text = words(withoutReservedWords(words(name)));
  const prefix = (/^[a-z]/.test(text) ? text : `kv-${text}`).slice(0, MAX_VAULT_NAME - suffix.length - 1);
  return `${prefix.replace(/-$/, "")}-${suffix}`;
}
