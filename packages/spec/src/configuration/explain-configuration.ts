import type { StackResource } from "../network-security";
import { declaredParts } from "../declared-parts";
import type { ConfigurationLayer, ConfigurationStore } from "./configuration";
import type { ConfigurationFacts } from "./configuration-facts";

/** The settings of one service of a stack. */
export interface ConfigurationExplanation {
  /** Name of the component that declares it. */
  declaredBy: string;
  service: string;
  /** Missing where the service has secrets only. */
  store?: ConfigurationStore;
  /** In words. */
  whereFound: string;
  settings: ExplainedSetting[];
}

export interface ExplainedSetting {
  key: string;
  /** Missing where it isn't shown; then `instead` says why. */
  value?: string;
  instead?: string;
  layer: ConfigurationLayer | "secrets";
  /** Layers that say something else, and lost. */
  overridden: ConfigurationLayer[];
}

/** Every setting of every service in a stack, with the layer that won; secrets by where they are. */
export function explainConfiguration(
  resources: readonly StackResource[],
  service?: string,
): ConfigurationExplanation[] {
  return declaredParts(resources).flatMap(({ name, facts }) => {
    if (service !== undefined && facts.service !== service) return [];
    const { configuration } = facts;
    if (!configuration) return [];
    return [
      {
        declaredBy: name,
        service: facts.service,
        ...(configuration.store === undefined ? {} : { store: configuration.store }),
        whereFound: whereFound(configuration),
        settings: settingsOf(configuration),
      },
    ];
  });
}

function whereFound({ store, prefix }: ConfigurationFacts): string {
  if (store === "consul") return `Consul's store, below ${prefix}/: a change reaches the running service`;
  return store === "files" ? "the file that WINDOWS_HA_CONFIG_FILE names: a change is a release" : "secrets only";
}

function settingsOf({ values, secrets }: ConfigurationFacts): ExplainedSetting[] {
  return [
    ...Object.entries(values).map(([key, { layer, overridden = [], value, bytes }]) => ({
      key,
      ...(value === undefined
        ? { instead: bytes === undefined ? "known during the deployment" : `${bytes} bytes` }
        : { value }),
      layer,
      overridden,
    })),
    ...Object.entries(secrets).map(([key, where]) => ({
      key,
      instead: `a secret in ${where}, in the file that ${key}_FILE names`,
      layer: "secrets" as const,
      overridden: [],
    })),
  ];
}
