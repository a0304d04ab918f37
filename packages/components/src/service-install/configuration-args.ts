import type * as pulumi from "@pulumi/pulumi";

/** Where a service finds its settings. */
export const ConfigurationStore = { Files: "files", Consul: "consul" } as const;
/**
 * `files`: in a file of its release, so that a change is a release and goes back with it · `consul`: in the store of the
 * cluster's Consul, so that a change reaches a running service, which has to watch for it.
 */
export type ConfigurationStore = (typeof ConfigurationStore)[keyof typeof ConfigurationStore];

/**
 * A service's settings in layers, each of which wins over the ones before: `defaults`, `file`, `environment` (S2-18). Keys
 * are letters, digits, dots, underscores and hyphens, in parts with a slash between them, such as `log/level`. Texts may
 * hold `${NAME}` and `${NAME:default}`, which are resolved when the program runs; `$${` stands for `${`. Secrets belong
 * into `secrets`: a Pulumi secret here is refused.
 */
export interface ConfigurationArgs {
  /**
   * What counts where no other layer says anything.
   * @default {}
   */
  defaults?: Record<string, pulumi.Input<string>>;
  /**
   * The text of a JSON file, such as `readFileSync("config/orders.json", "utf8")`. Its objects are parts of the keys:
   * `{"log": {"level": "info"}}` is `log/level`.
   * @default none
   */
  file?: string;
  /**
   * What this environment (production, staging, …) has of its own.
   * @default {}
   */
  environment?: Record<string, pulumi.Input<string>>;
  /**
   * What stands in the place of `${NAME}`. The values may hold placeholders themselves.
   * @default {}
   */
  variables?: Record<string, pulumi.Input<string>>;
  /**
   * Where the service finds the result: in the file that `WINDOWS_HA_CONFIG_FILE` names, a JSON object of texts by key, or
   * in Consul below `WINDOWS_HA_CONFIG_PREFIX`, one key for each.
   * @default "files"
   */
  store?: ConfigurationStore;
  /**
   * What keys in Consul begin with, without the slash behind it; with `store` `consul` only.
   * @default service/<name>
   */
  prefix?: string;
  /**
   * Keys that look like a secret's (`…password`, `…token`) and are none.
   * @default []
   */
  notSecrets?: string[];
}
