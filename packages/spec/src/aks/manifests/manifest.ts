/** An object of Kubernetes as plain data. What other resources bring stands in it as it came. */
export interface KubernetesManifest {
  apiVersion: string;
  kind: string;
  metadata: ManifestMetadata;
  [field: string]: unknown;
}

export interface ManifestMetadata {
  name: string;
  /** Left out: the object belongs to no namespace. */
  namespace?: string;
  labels: Record<string, string>;
  annotations?: Record<string, unknown>;
}

/** A vault's secrets as the pods get them: one SecretProviderClass, one volume. */
export interface SecretClass {
  /** Part of the names of class and volume. */
  name: string;
  keyVaultName: unknown;
  /** What the provider for Azure calls `objects`: a text, see `secretObjects`. */
  objects: unknown;
  /** File names. */
  files: string[];
}

/** The values of a workload that may come from other resources: texts, or what stands for one. */
export interface WorkloadInputs {
  image: unknown;
  sidecarImages: unknown[];
  /** As `podArgumentText` makes them. */
  arguments: unknown[];
  /** As `podEnvironmentText` makes them. */
  environment: unknown;
  /** Changes with the environment, so that pods follow it; without one they keep what they started with. */
  configurationHash?: unknown;
  secretClasses: SecretClass[];
  /** Name of the file with certificate and key, below the folder of its class. */
  certificate?: { secretClass: string; file: string };
  /** Needed for secrets. */
  identity?: { clientId: unknown; tenantId: unknown };
}
