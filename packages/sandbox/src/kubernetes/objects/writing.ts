import { createHash } from "node:crypto";
import type { DiffRequest, PropertyMap } from "../../provider";
import type { KubernetesKind } from "../kinds";
import { annotation } from "./annotations";
import { addressOf, manifestOf, type ApiObject, type ObjectAddress } from "./api-object";
import type { ClusterClient } from "./cluster-client";
import { withoutIgnored } from "./ignored-fields";
import type { ProviderSettings } from "./settings";

/** Output that says who owns the resource's fields. */
export const MANAGER = "__fieldManager";

/** What the operations need beside a request. */
export interface Cluster {
  client: ClusterClient;
  settings: ProviderSettings;
  /** Fires when the user interrupts. */
  interrupted: AbortSignal;
}

/** The declared object, and where it is. */
export function target(
  { client }: Cluster,
  type: KubernetesKind,
  token: string,
  properties: PropertyMap,
): { manifest: ApiObject; address: ObjectAddress } {
  const manifest = manifestOf(token, properties);
  const { name, namespace = client.choice.namespace } = manifest.metadata;
  return { manifest, address: addressOf(token, type, name, namespace) };
}

/** Writes a change as declared, but for what the program ignores. */
export async function apply(
  cluster: Cluster,
  {
    urn,
    state,
    signal,
    ignoreChanges = [],
  }: Pick<DiffRequest, "urn" | "state" | "ignoreChanges"> & { signal?: AbortSignal },
  address: ObjectAddress,
  manifest: ApiObject,
  dryRun = false,
): Promise<ApiObject> {
  const manager = managerOf(urn, state);
  const live = ignoreChanges.length > 0 ? await cluster.client.get(address, signal) : undefined;
  const sent = live ? withoutIgnored(manifest, live, manager, ignoreChanges) : manifest;
  return cluster.client.apply(address, sent, { manager, force: isForced(cluster, manifest), dryRun, signal });
}

/** Each resource is an owner of fields of its own, so that two of the same object are noticed. */
export function managerOf(urn: string, state: PropertyMap = {}): string {
  const known = state[MANAGER];
  if (typeof known === "string") return known;
  return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}

/** The object as the state keeps it. Who wrote which field is long, and changes with every write. */
export function outputsOf(live: ApiObject, manager: string): PropertyMap {
  const { managedFields: _, ...metadata } = live.metadata;
  return { ...live, metadata, [MANAGER]: manager } as PropertyMap;
}

export function isForced({ settings }: Cluster, manifest: ApiObject): boolean {
  const annotated = annotation(manifest, "patchForce");
  return annotated === undefined ? settings.enablePatchForce : annotated === "true";
}
