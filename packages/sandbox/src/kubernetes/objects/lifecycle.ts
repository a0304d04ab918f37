import {
  PartialFailure,
  type CreateRequest,
  type DeleteRequest,
  type PropertyMap,
  type ReadRequest,
  type UpdateRequest,
} from "../../provider";
import type { KubernetesKind } from "../kinds";
import { annotation, isAnnotated, timeoutSeconds } from "./annotations";
import { addressOf, called, idOf, type ApiObject, type ObjectAddress } from "./api-object";
import { Unreachable } from "./cluster-client";
import { liveInputs } from "./live-inputs";
import { NotReady, WAITS, until } from "./wait";
import { apply, isForced, MANAGER, managerOf, outputsOf, target, type Cluster } from "./writing";

/** Seconds that the plugin waits where nothing is said. */
const READY_WITHIN = 600;
const GONE_WITHIN = 300;

export async function create(
  cluster: Cluster,
  type: KubernetesKind,
  request: CreateRequest,
): Promise<{ id: string; outputs: PropertyMap }> {
  const { client, settings } = cluster;
  const { manifest, address } = target(cluster, type, request.type, request.inputs);
  const manager = managerOf(request.urn);
  const existing = settings.upsertExistingObjects ? undefined : await client.get(address, request.signal);
  // An update that was killed has left its own object behind.
  if (existing && !existing.metadata.managedFields?.some((fields) => fields.manager === manager)) {
    throw new Error(
      `${called(address)} is in the cluster already, and not this resource's. Adopt it: pulumi import ${request.type} ${request.name} ${idOf(address)}; or take it over by upsertExistingObjects: true of the provider.`,
    );
  }
  await client.apply(address, manifest, { manager, force: isForced(cluster, manifest), signal: request.signal });
  return { id: idOf(address), outputs: await ready(cluster, { ...request, manager }, address, manifest) };
}

export async function update(
  cluster: Cluster,
  type: KubernetesKind,
  request: UpdateRequest,
): Promise<{ outputs: PropertyMap }> {
  const { manifest, address } = target(cluster, type, request.type, request.news);
  await apply(cluster, request, address, manifest);
  const manager = managerOf(request.urn, request.state);
  return { outputs: await ready(cluster, { ...request, inputs: request.news, manager }, address, manifest) };
}

interface Waiting {
  inputs: PropertyMap;
  manager: string;
  signal: AbortSignal;
  timeoutSeconds?: number;
  report?: (text: string) => void;
}

/** @throws PartialFailure when it is written, but doesn't become what it should */
async function ready(
  { client, interrupted }: Cluster,
  { inputs, manager, signal, timeoutSeconds: given, report = () => {} }: Waiting,
  address: ObjectAddress,
  manifest: ApiObject,
): Promise<PropertyMap> {
  const wait = isAnnotated(manifest, "skipAwait") ? undefined : WAITS[address.kind];
  try {
    await wait?.(client, address, {
      seconds: timeoutSeconds(manifest, given, READY_WITHIN),
      signal: AbortSignal.any([signal, interrupted]),
      report,
    });
    return outputsOf((await client.get(address, signal)) ?? manifest, manager);
  } catch (error) {
    // Whatever it is: the object is there, and has to stand in the state.
    const live = await client.get(address).catch(() => undefined);
    const reason = `${called(address)}: ${(error as Error).message}`;
    throw new PartialFailure(idOf(address), inputs, outputsOf(live ?? manifest, manager), reason);
  }
}

/** @returns undefined when it is gone */
export async function read(
  cluster: Cluster,
  type: KubernetesKind,
  { urn, type: token, id, inputs, state }: ReadRequest,
): Promise<{ id: string; inputs: PropertyMap; outputs: PropertyMap } | undefined> {
  const [name, namespace] = id.split("/").reverse() as [string, string?];
  const address = addressOf(token, type, name, namespace ?? cluster.client.choice.namespace);
  const live = await unlessUnreachable(cluster, () => cluster.client.get(address));
  if (!live) return undefined;
  const outputs = outputsOf(live, managerOf(urn, state));
  const isImport = Object.keys(inputs).length === 0;
  return { id: idOf(address), inputs: isImport ? importedInputs(outputs) : liveInputs(inputs, outputs), outputs };
}

export async function remove(cluster: Cluster, type: KubernetesKind, request: DeleteRequest): Promise<void> {
  const { manifest, address } = target(cluster, type, request.type, request.state);
  const { client, interrupted } = cluster;
  const { signal, timeoutSeconds: given, report = () => {} } = request;
  const propagation = annotation(manifest, "deletionPropagationPolicy") ?? "foreground";
  const policy = propagation.charAt(0).toUpperCase() + propagation.slice(1).toLowerCase();
  const wasThere = await unlessUnreachable(cluster, () => client.delete(address, policy, signal));
  if (!wasThere || isAnnotated(manifest, "skipAwait")) return;
  const look = async () => {
    const left = await unlessUnreachable(cluster, () => client.get(address));
    const finalizers = (left?.metadata["finalizers"] ?? []) as string[];
    const held = finalizers.length > 0 ? `; ${finalizers.join(", ")} has to let it go` : "";
    return { isReady: !left, waitingFor: `Kubernetes takes it away${held}` };
  };
  await until(look, {
    seconds: timeoutSeconds(manifest, given, GONE_WITHIN),
    signal: AbortSignal.any([signal, interrupted]),
    report,
  }).catch((error: Error) => {
    throw error instanceof NotReady ? new Error(`${called(address)}: ${error.message}`) : error;
  });
}

async function unlessUnreachable<T>({ settings }: Cluster, ask: () => Promise<T>): Promise<T | undefined> {
  return ask().catch((error: unknown) => {
    if (error instanceof Unreachable && settings.deleteUnreachable) return undefined;
    throw error;
  });
}

/** What only Kubernetes writes is no input. */
function importedInputs(outputs: PropertyMap): PropertyMap {
  const { status: _, [MANAGER]: __, metadata, ...inputs } = outputs;
  const { name, namespace, labels, annotations } = metadata as PropertyMap;
  return { ...inputs, metadata: { name, namespace, labels, annotations } };
}
