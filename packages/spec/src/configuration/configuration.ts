import { CONSUL_KEY } from "../consul/key-values";
import type { Field, Fields, ObjectField } from "../shape";

/** Where a service's settings come from; each wins over the ones before it (S2-18). */
export const CONFIGURATION_LAYERS = ["defaults", "file", "environment"] as const;
export type ConfigurationLayer = (typeof CONFIGURATION_LAYERS)[number];

export const CONFIGURATION_STORES = ["files", "consul"] as const;
export type ConfigurationStore = (typeof CONFIGURATION_STORES)[number];

/** A service's settings: text by key. Values and variables may be known only during the deployment. */
export interface ConfigurationSpec {
  defaults: Record<string, unknown>;
  /** The text of a file. */
  file?: string;
  environment: Record<string, unknown>;
  /** What stands in the place of `${NAME}`. */
  variables: Record<string, unknown>;
  store: ConfigurationStore;
  /** Left out: `service/<name>`. */
  prefix?: string;
  /** Keys whose names look like a secret's. */
  notSecrets: string[];
}

const KEY_TEXT = "letters, digits, dots, underscores and hyphens, in parts with one slash between them";

const value: Field = { kind: "string", input: true, confidential: true, required: true };
const layer: Field = {
  kind: "map",
  default: {},
  keyPattern: CONSUL_KEY,
  of: value,
  allowed: `a map of keys (${KEY_TEXT}) to text`,
};

/** Rows of a service's shape. */
export const CONFIGURATION_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  refused: {
    files: "Give file, the text of one file; several become one map in defaults or environment.",
    values: "Give the values in environment, which wins over defaults and file.",
    secrets: "Give secrets in service.secrets: the service finds each in the file that <NAME>_FILE names.",
  },
  fields: {
    defaults: layer,
    file: { kind: "string", confidential: true },
    environment: layer,
    variables: {
      kind: "map",
      default: {},
      keyPattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
      of: value,
      allowed: "a map of names (letters, digits, underscores) to text",
    },
    store: { kind: "string", oneOf: CONFIGURATION_STORES, default: "files" },
    prefix: { kind: "string", maxLength: 256, pattern: CONSUL_KEY, allowed: `a key of Consul's store: ${KEY_TEXT}` },
    notSecrets: {
      kind: "list",
      default: [],
      unique: true,
      of: { kind: "string", pattern: CONSUL_KEY, allowed: "keys" },
    },
  } satisfies Fields,
};

export function configurationPrefix(service: {
  name: string;
  configuration?: Pick<ConfigurationSpec, "prefix">;
}): string {
  return service.configuration?.prefix ?? `service/${service.name}`;
}
