import { isPlainObject, type PropertyMap, type PropertyValue } from "../../provider";
import type { ApiObject } from "./api-object";

/**
 * The manifest without what the program ignores: a field that somebody else owns (an autoscaler the number of replicas)
 * is left out, so that it stays theirs; one of our own keeps the value that it has, because leaving it out would take it
 * away.
 */
export function withoutIgnored(
  manifest: ApiObject,
  live: ApiObject,
  manager: string,
  paths: readonly string[],
): ApiObject {
  let result = manifest as unknown as PropertyMap;
  for (const path of paths) {
    const steps = stepsOf(path);
    const owners = (live.metadata.managedFields ?? []).filter(({ fieldsV1 }) => owns(fieldsV1, steps));
    const isOthers = owners.length > 0 && owners.every((owner) => owner.manager !== manager);
    const value = steps.reduce<PropertyValue | undefined>(
      (part, step) => (isPlainObject(part) ? part[step] : undefined),
      live as unknown as PropertyMap,
    );
    if (isOthers) result = changed(result, steps, undefined);
    else if (value !== undefined) result = changed(result, steps, value);
  }
  return result as unknown as ApiObject;
}

/** `metadata.annotations["a/b"]` → the names in it. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name!,
  );
}

/** Fields are named `f:<name>` in what Kubernetes knows about owners. */
function owns(fields: unknown, steps: readonly string[]): boolean {
  return (
    steps.reduce<unknown>((part, step) => (isPlainObject(part) ? part[`f:${step}`] : undefined), fields) !== undefined
  );
}

function changed(value: PropertyMap, [step, ...rest]: readonly string[], leaf: PropertyValue | undefined): PropertyMap {
  const below = value[step!];
  if (rest.length === 0) return { ...value, [step!]: leaf };
  return isPlainObject(below) ? { ...value, [step!]: changed(below, rest, leaf) } : value;
}
