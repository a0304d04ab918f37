import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesManifest } from "@windows-ha/spec";
import { classOfKind, createProvider } from "./kubernetes-classes";

/** How a component's objects become resources. */
export interface ObjectsPlan {
  /** The cluster; left out, that of the provider which the options or the stack's configuration name. */
  kubeconfig: pulumi.Input<string> | undefined;
  /** What an object waits for, by its kind; everything waits for the namespace. */
  after: Readonly<Record<string, readonly string[]>>;
  /** What an object is called behind the component's name. */
  roleOf: (manifest: KubernetesManifest) => string;
  /** What the pods wait for besides. */
  before: readonly pulumi.Resource[];
  deployment?: pulumi.CustomResourceOptions;
}

/** @returns the last object of each kind */
export function createObjects(
  name: string,
  manifests: readonly KubernetesManifest[],
  { kubeconfig, after, roleOf, before, deployment }: ObjectsPlan,
  parent: pulumi.Resource,
): Map<string, pulumi.CustomResource> {
  const provider = kubeconfig === undefined ? undefined : createProvider(`${name}-kubernetes`, kubeconfig, parent);
  const created: { kind: string; resource: pulumi.CustomResource }[] = [];
  for (const manifest of manifests) {
    const { kind } = manifest;
    const needed = created.filter((other) => other.kind === "Namespace" || after[kind]?.includes(other.kind));
    const dependsOn = [...needed.map(({ resource }) => resource), ...(kind === "Deployment" ? before : [])];
    const resource = new (classOfKind(kind))(`${name}-${roleOf(manifest)}`, manifest as never, {
      parent,
      dependsOn,
      ...(provider && { provider }),
      ...(kind === "Deployment" && deployment),
    });
    created.push({ kind, resource });
  }
  return new Map(created.map(({ kind, resource }) => [kind, resource]));
}
