import type { CreateRequest, DiffRequest, PropertyMap, UpdateRequest } from "../../provider";
import type { KubernetesKind } from "../kinds";
import { Unreachable } from "./cluster-client";
import { Refusal } from "./refusal";
import { apply, managerOf, outputsOf, target, type Cluster } from "./writing";

/**
 * What would become of an object, as the API server says. Undefined where it can't say yet: the namespace or the kind is
 * made by the same update, or the object is replaced.
 */
export async function tried(
  cluster: Cluster,
  type: KubernetesKind,
  request: CreateRequest | UpdateRequest,
): Promise<PropertyMap | undefined> {
  const { signal, urn } = request;
  const isUpdate = "news" in request;
  const manager = managerOf(urn, isUpdate ? request.state : {});
  const { manifest, address } = target(cluster, type, request.type, isUpdate ? request.news : request.inputs);
  try {
    const answer = isUpdate
      ? await apply(cluster, request, address, manifest, true)
      : // A replaced object is still there, with fields of its former owner.
        await cluster.client.apply(address, manifest, { manager, force: true, dryRun: true, signal });
    return outputsOf(answer, manager);
  } catch (error) {
    if (error instanceof Refusal && (error.isNowhere || error.immutableFields)) return undefined;
    throw error;
  }
}

/** The fields among an update's that the API server never changes; none where it can't be asked. */
export async function immutableFields(
  cluster: Cluster,
  type: KubernetesKind,
  request: DiffRequest,
): Promise<readonly string[]> {
  const { manifest, address } = target(cluster, type, request.type, request.news);
  try {
    await apply(cluster, request, address, manifest, true);
    return [];
  } catch (error) {
    if (error instanceof Unreachable) return [];
    // Whatever else it refuses is said by the update itself.
    if (error instanceof Refusal) return error.immutableFields ?? [];
    throw error;
  }
}
