import type { Finding } from "../finding";
import { SECRET_NAME } from "../service-secret-rules";
import type { ConfigurationSpec } from "./configuration";
import { resolveConfiguration } from "./resolve-configuration";

const PATH = "service.configuration";

/** What the shape can't say about the settings of a service. */
export function checkConfiguration(configuration: ConfigurationSpec | undefined): Finding[] {
  return configuration ? [...checkConfigurationValues(configuration), ...checkPrefix(configuration)] : [];
}

/** The values alone: for once those of other resources are known, too. */
export function checkConfigurationValues(configuration: ConfigurationSpec): Finding[] {
  const { values, findings } = resolveConfiguration(configuration);
  const accepted = new Set(configuration.notSecrets);
  if (configuration.store === "consul" && values.length === 0 && findings.length === 0) return [nothing()];
  return [
    ...findings,
    ...values.flatMap(({ key, layer }) =>
      looksSecret(key) && !accepted.has(key) ? [secretName(key, `${PATH}.${layer}[${JSON.stringify(key)}]`)] : [],
    ),
  ];
}

/** A value that Pulumi knows to be a secret: it would stand in the store, or in a release, for whoever may read there. */
export function secretValueFinding(path: string): Finding {
  return {
    rule: "configuration-secret",
    path,
    seen: "a secret",
    allowed: "no secret: a configuration is shown, compared and kept in the clear",
    fix: "Give it in service.secrets, and let the service read the file that <NAME>_FILE names. For a value that is none, take pulumi.unsecret.",
  };
}

/** A service can't tell an empty configuration from one that isn't written yet, or that it may not read. */
function nothing(): Finding {
  return {
    rule: "configuration-empty",
    path: PATH,
    seen: 'no values, with store "consul"',
    allowed: "at least one value: a service that follows the store waits for it",
    fix: "Give defaults, or leave service.configuration out.",
  };
}

/** Parts of a key are joined as people join words: `database/pass-word` is no password, `database/api-key` a key. */
function looksSecret(key: string): boolean {
  return SECRET_NAME.test(key.replaceAll(/[/.-]/g, "_"));
}

function secretName(key: string, path: string): Finding {
  return {
    rule: "secret-in-configuration",
    path,
    allowed: "no secret: a configuration is shown, compared and kept in the clear",
    fix: `Give it in service.secrets, so that the service reads the file that <NAME>_FILE names. If it is none, name ${JSON.stringify(key)} in service.configuration.notSecrets.`,
  };
}

/** What the product itself keeps in the store. */
const RESERVED_PREFIX = /^(leader|windows-ha)(\/|$)/;

function checkPrefix({ prefix, store }: ConfigurationSpec): Finding[] {
  if (prefix === undefined) return [];
  const finding = (seen: string, allowed: string, fix: string): Finding[] => [
    { rule: "configuration-prefix", path: `${PATH}.prefix`, seen, allowed, fix },
  ];
  if (store !== "consul") {
    return finding(
      `given, with store ${JSON.stringify(store)}`,
      'nothing without store "consul": a file has no other keys beside its own',
      'Remove it, or set service.configuration.store to "consul".',
    );
  }
  if (!RESERVED_PREFIX.test(prefix)) return [];
  return finding(
    JSON.stringify(prefix),
    "another one than leader and windows-ha, which hold what leaders and servers keep",
    "Leave it out, or begin it with service/.",
  );
}
