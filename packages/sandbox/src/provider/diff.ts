import { child } from "./property-path";
import { Unknown, isAsset, isPlainObject, type PropertyMap, type PropertyValue } from "./property-values";

export type ChangeKind = "add" | "delete" | "update";
export interface PropertyChange {
  kind: ChangeKind;
  replaces: boolean;
}

/**
 * Compares inputs property by property; arrays by index, as azure-native does. A missing property and `undefined` are
 * the same. `replaceOn` says whether a change at a path (with `[]` for every index) forces a replacement.
 */
export function diffProperties(
  olds: PropertyMap,
  news: PropertyMap,
  replaceOn: (path: string) => boolean,
): Map<string, PropertyChange> {
  const changes = new Map<string, PropertyChange>();
  compare(olds, news, "", "", false);
  return changes;

  function compare(
    before: PropertyValue | undefined,
    after: PropertyValue | undefined,
    path: string,
    pattern: string,
    inherited: boolean,
  ): void {
    const replaces = inherited || (pattern !== "" && replaceOn(pattern));
    if (isAsset(before) && isAsset(after)) {
      // The same content at another place is the same asset.
      if (before["hash"] !== after["hash"]) changes.set(path, { kind: "update", replaces });
    } else if (isPlainObject(before) && isPlainObject(after)) {
      for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
        if (name.startsWith("__")) continue;
        compare(before[name], after[name], child(path, name), pattern === "" ? name : `${pattern}.${name}`, replaces);
      }
    } else if (Array.isArray(before) && Array.isArray(after)) {
      for (let index = 0; index < Math.max(before.length, after.length); index++) {
        compare(before[index], after[index], child(path, index), `${pattern}[]`, replaces);
      }
    } else if (before === undefined || after === undefined) {
      if (before !== after) changes.set(path, { kind: before === undefined ? "add" : "delete", replaces });
    } else if (before !== after || after instanceof Unknown) {
      changes.set(path, { kind: "update", replaces });
    }
  }
}

/** Whether two values are the same, by the same rules. */
export function sameValue(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  return diffProperties({ value: left }, { value: right }, () => false).size === 0;
}
