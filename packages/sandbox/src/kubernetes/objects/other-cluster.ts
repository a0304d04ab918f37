import { sameValue, type PropertyMap } from "../../provider";
import { chooseCluster } from "./kubeconfig";
import { providerSettings } from "./settings";

/** The settings that say which cluster it is. */
const WHERE = ["kubeconfig", "context", "cluster"];

/**
 * Whether a provider leads to another cluster, as the plugin decides it: by `clusterIdentifier` where the program has one,
 * else by the address and the authority that its kubeconfig chooses.
 */
export async function replacingConfiguration(before: PropertyMap, after: PropertyMap): Promise<string[]> {
  const identifier = "clusterIdentifier";
  if (before[identifier] !== undefined || after[identifier] !== undefined) {
    return before[identifier] === after[identifier] ? [] : [identifier];
  }
  const changed = WHERE.filter((name) => !sameValue(before[name], after[name]));
  if (changed.length === 0) return [];
  const [former, next] = await Promise.all([clusterOf(before), clusterOf(after)]);
  return former === next ? [] : changed;
}

/** @returns undefined when the settings choose none: what is wrong with them is said with the first object */
async function clusterOf(variables: PropertyMap): Promise<string | undefined> {
  const { kubeconfig, ...settings } = providerSettings(variables);
  if (kubeconfig === undefined) return undefined;
  const choice = await chooseCluster({ ...settings, kubeconfig }).catch(() => undefined);
  return choice && JSON.stringify([choice.server, choice.cluster]);
}
