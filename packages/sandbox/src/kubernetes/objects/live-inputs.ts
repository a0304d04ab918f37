import { isPlainObject, type PropertyMap, type PropertyValue } from "../../provider";

/**
 * The declared fields with the values that they have now, so that a refresh finds what others changed, and not what
 * Kubernetes added by itself.
 */
export function liveInputs(declared: PropertyMap, live: PropertyMap): PropertyMap {
  return pruned(declared, live) as PropertyMap;
}

function pruned(declared: PropertyValue, live: PropertyValue | undefined): PropertyValue | undefined {
  if (isPlainObject(declared) && isPlainObject(live)) {
    const names = Object.keys(declared).filter((name) => live[name] !== undefined || isEmpty(declared[name]));
    return Object.fromEntries(names.map((name) => [name, pruned(declared[name]!, live[name] ?? declared[name])]));
  }
  if (Array.isArray(declared) && Array.isArray(live) && declared.length === live.length) {
    return declared.map((item, index) => pruned(item, live[index])!);
  }
  return live;
}

/** Kubernetes keeps no empty values. */
function isEmpty(value: PropertyValue | undefined): boolean {
  return typeof value === "object" && value !== null ? Object.keys(value).length === 0 : !value;
}
