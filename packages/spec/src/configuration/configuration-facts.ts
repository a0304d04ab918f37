import type { ServiceSpec } from "../service";
import { secretSources } from "../service-secrets";
import { configurationPrefix, type ConfigurationLayer, type ConfigurationStore } from "./configuration";
import { resolveConfiguration } from "./resolve-configuration";

/** What a preview and a state say about a service's settings. */
export interface ConfigurationFacts {
  /** Missing where the service has secrets only. */
  store?: ConfigurationStore;
  /** Where they are in Consul's store. */
  prefix?: string;
  /** By key. */
  values: Record<string, ConfigurationValueFacts>;
  /** Where each secret is, by its name; never what it is. */
  secrets: Record<string, string>;
}

export interface ConfigurationValueFacts {
  layer: ConfigurationLayer;
  /** Layers that lost. */
  overridden?: ConfigurationLayer[];
  /** Missing for a long one, and for one that only the deployment knows. */
  value?: string;
  /** Of a long one. */
  bytes?: number;
}

/** Facts stand in every preview: a long value is told by its length. */
const LONGEST_SHOWN = 256;

export function configurationFacts(service: Pick<ServiceSpec, "name" | "configuration" | "secrets">): {
  configuration?: ConfigurationFacts;
} {
  const { configuration, secrets } = service;
  if (!configuration && Object.keys(secrets).length === 0) return {};
  const values = configuration ? resolveConfiguration(configuration).values : [];
  return {
    configuration: {
      ...(configuration ? { store: configuration.store } : {}),
      ...(configuration?.store === "consul" ? { prefix: configurationPrefix(service) } : {}),
      values: Object.fromEntries(
        values.map(({ key, value, layer, overridden }) => [
          key,
          { layer, ...(overridden.length > 0 ? { overridden } : {}), ...shown(value) },
        ]),
      ),
      secrets: Object.fromEntries(
        secretSources({ secrets }).map(({ name, source: { url } }) => [
          name!,
          typeof url === "string" ? url : "a key vault",
        ]),
      ),
    },
  };
}

function shown(value: string | undefined): Pick<ConfigurationValueFacts, "value" | "bytes"> {
  if (value === undefined) return {};
  return value.length <= LONGEST_SHOWN ? { value } : { bytes: new TextEncoder().encode(value).length };
}
