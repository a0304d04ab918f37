import {
  diffProperties,
  isKnown,
  isPlainObject,
  type DiffRequest,
  type DiffResult,
  type PropertyMap,
} from "../../provider";
import { KUBERNETES_KINDS } from "../kinds";
import { isAutonamed } from "./autoname";
import type { Connections } from "./connections";
import { immutableFields } from "./trial";
import type { ProviderSettings } from "./settings";

/** What differs between two declarations, and which of it makes another object. */
export function compared(request: DiffRequest, { enableConfigMapMutable }: ProviderSettings): DiffResult {
  const { fixed, fixedUnlessMutable } = KUBERNETES_KINDS[request.type]!;
  return comparedWith(request, enableConfigMapMutable ? fixed : [...fixed, ...fixedUnlessMutable]);
}

/** The same, where the API server says by a trial what it would not change. */
export async function comparedByTrial(connections: Connections, request: DiffRequest): Promise<DiffResult> {
  const { connection, type, news } = request;
  const result = compared(request, connections.settings(connection));
  const isReplaced = [...result.changes.values()].some(({ replaces }) => replaces);
  const canAsk = connections.hasCluster(connection) && isKnown(news);
  if (result.changes.size === 0 || isReplaced || !canAsk) return result;
  const fields = await immutableFields(await connections.cluster(connection), KUBERNETES_KINDS[type]!, request);
  return fields.length === 0 ? result : comparedWith(request, fields);
}

function comparedWith({ oldInputs, news }: DiffRequest, places: readonly string[]): DiffResult {
  const isFixed = (path: string): boolean => places.some((place) => path === place || path.startsWith(`${place}.`));
  // Of two objects with the same name there is only one at a time; another one made by Pulumi gets another name.
  const isSamePlace = !isAutonamed(news) && JSON.stringify(placeOf(oldInputs)) === JSON.stringify(placeOf(news));
  return { changes: diffProperties(oldInputs, news, isFixed), deleteBeforeReplace: isSamePlace };
}

function placeOf({ metadata }: PropertyMap): unknown {
  return isPlainObject(metadata) ? [metadata["name"], metadata["namespace"]] : [];
}
