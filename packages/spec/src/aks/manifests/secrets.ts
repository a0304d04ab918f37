import type { WindowsWorkloadSpec } from "../workload";
import type { KubernetesManifest, SecretClass, WorkloadInputs } from "./manifest";
import { metadataOf } from "./names";

/** A secret of a vault, and the file that the pods find it in. */
export interface VaultSecret {
  file: string;
  url: string;
}

/** The parts of a secret's identifier. */
export function vaultSecretParts(url: string): { vault: string; secret: string; version?: string } {
  const { hostname, pathname } = new URL(url);
  const [, , secret, version] = pathname.split("/");
  return { vault: hostname.split(".")[0]!, secret: secret!, ...(version ? { version } : {}) };
}

/** What the provider for Azure reads: a list of texts that are YAML themselves. JSON is YAML, too. */
export function secretObjects(secrets: readonly VaultSecret[]): string {
  const array = secrets.map(({ file, url }) => {
    const { secret, version } = vaultSecretParts(url);
    return JSON.stringify({
      objectName: secret,
      objectType: "secret",
      objectAlias: file,
      ...(version === undefined ? {} : { objectVersion: version }),
    });
  });
  return JSON.stringify({ array });
}

/** The secrets of each vault; one whose address isn't known yet is a group of its own. */
export function secretClasses(workloadName: string, secrets: readonly VaultSecret[]): SecretClass[] {
  const vaults = [...new Set(secrets.map(({ url }) => vaultSecretParts(url).vault))];
  return vaults.map((vault) => {
    const own = secrets.filter(({ url }) => vaultSecretParts(url).vault === vault);
    return {
      name: `${workloadName}-${vault}`,
      keyVaultName: vault,
      objects: secretObjects(own),
      files: own.map(({ file }) => file),
    };
  });
}

/** Secrets come from the vault to the node: none of them lies in Kubernetes (E13). */
export function secretProviderClasses(workload: WindowsWorkloadSpec, inputs: WorkloadInputs): KubernetesManifest[] {
  const { identity, secretClasses: classes } = inputs;
  return classes.map(({ name, keyVaultName, objects }) => ({
    apiVersion: "secrets-store.csi.x-k8s.io/v1",
    kind: "SecretProviderClass",
    metadata: metadataOf(workload, name),
    spec: {
      provider: "azure",
      parameters: {
        usePodIdentity: "false",
        clientID: identity!.clientId,
        tenantId: identity!.tenantId,
        keyvaultName: keyVaultName,
        objects,
      },
    },
  }));
}
