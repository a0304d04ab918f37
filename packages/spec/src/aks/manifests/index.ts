import type { WindowsWorkloadSpec } from "../workload";
import { podArgumentText, podEnvironmentText } from "../workload-texts";
import { configMap, namespace, networkPolicy, rights, serviceAccount } from "./access";
import { autoscaler, disruptionBudget } from "./availability";
import { deployment } from "./deployment";
import type { KubernetesManifest, WorkloadInputs } from "./manifest";
import { secretProviderClasses } from "./secrets";
import { service } from "./service";

export {
  CATALOG_SYNC_ACCOUNT,
  catalogSyncAddresses,
  catalogSyncArguments,
  catalogSyncManifests,
  type CatalogSyncInputs,
} from "./catalog-sync";
export type { KubernetesManifest, ManifestMetadata, SecretClass, WorkloadInputs } from "./manifest";
export { secretClasses, secretObjects, vaultSecretParts, type VaultSecret } from "./secrets";
export { workloadNames, type WorkloadNames } from "./names";

/**
 * Everything that a service needs in Kubernetes, in the order in which it is created.
 *
 * @param inputs what may come from other resources; left out, what the service itself says, which must be plain then
 */
export function workloadManifests(
  workload: WindowsWorkloadSpec,
  inputs: WorkloadInputs = plainInputs(workload),
): KubernetesManifest[] {
  return [
    ...namespace(workload),
    serviceAccount(workload, inputs),
    ...rights(workload),
    configMap(workload, inputs),
    ...secretProviderClasses(workload, inputs),
    ...networkPolicy(workload),
    disruptionBudget(workload),
    service(workload),
    deployment(workload, inputs),
    ...autoscaler(workload),
  ];
}

/** The specification keeps what the arguments said. */
function plainInputs({ service: declared, sidecars }: WindowsWorkloadSpec): WorkloadInputs {
  const {
    image,
    arguments: texts = [],
    environment = {},
    port,
  } = declared as typeof declared & {
    arguments?: string[];
    environment?: Record<string, string>;
  };
  return {
    image,
    sidecarImages: sidecars.map((sidecar) => sidecar.image),
    arguments: texts.map((text) => podArgumentText(text, port)),
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, text]) => [name, podEnvironmentText(text, port)]),
    ),
    secretClasses: [],
  };
}
