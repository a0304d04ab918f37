import { isDeepStrictEqual } from "node:util";
import type { Step } from "../input/document";
import { isObject, isUnknown, type Json, type JsonObject } from "../input/values";
import { parsePath, pathText, valueAt, type Segment } from "./property-path";

/** One property that changes. */
export interface RawChange {
  segments: Segment[];
  kind: "add" | "update" | "delete";
  before: Json | undefined;
  after: Json | undefined;
  forcesReplacement: boolean;
}

/**
 * What changes in a resource: the difference of its inputs, item by item where the items of a list have names, and what
 * only the provider saw (secrets, which look alike in both, and drift).
 */
export function propertyChanges(step: Step): RawChange[] {
  const before = step.before?.inputs ?? {};
  const after = step.after?.inputs ?? {};
  const own = step.before && step.after ? differences(before, after, []) : [];
  const reported = step.differences.map((one) => ({ ...one, segments: parsePath(one.path) }));
  const further = reported.filter(({ segments }) => !own.some((change) => covers(change.segments, segments)));
  const all = [...own, ...further.map((one) => providersChange(one, step))];
  const forcing = reported.filter(({ kind }) => kind.endsWith("-replace")).map(({ segments }) => segments);
  // Without them, the names of whole properties are all that is said.
  const reasons = forcing.length > 0 ? forcing : step.replaceReasons.map(parsePath);
  return all.map((change) => ({
    ...change,
    forcesReplacement: change.forcesReplacement || reasons.some((reason) => covers(change.segments, reason)),
  }));
}

function providersChange(one: { segments: (string | number)[]; kind: string }, { before, after }: Step): RawChange {
  const { segments, kind } = one;
  const now = valueAt(after?.inputs, segments);
  const was = valueAt(before?.inputs, segments);
  // Equal inputs and yet a difference: what is there has drifted, and shows in the outputs.
  const drifted = isDeepStrictEqual(was, now) ? valueAt(before?.outputs, segments) : undefined;
  return {
    segments: named(segments, after?.inputs ?? before?.inputs),
    kind: kind.startsWith("add") ? "add" : kind.startsWith("delete") ? "delete" : "update",
    before: drifted ?? was,
    after: now,
    forcesReplacement: kind.endsWith("-replace"),
  };
}

/** Names instead of places, where the items have some. */
function named(segments: readonly (string | number)[], inputs: Json | undefined): Segment[] {
  return segments.map((segment, index) => {
    const list = typeof segment === "number" ? valueAt(inputs, segments.slice(0, index)) : undefined;
    const name = Array.isArray(list) ? namesOf(list)?.[segment as number] : undefined;
    return name === undefined ? segment : { named: name };
  });
}

function differences(before: Json | undefined, after: Json | undefined, segments: Segment[]): RawChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isObject(before) && isObject(after)) return objectDifferences(before, after, segments);
  if (Array.isArray(before) && Array.isArray(after)) {
    const found = listDifferences(before, after, segments);
    if (found.length > 0) return found;
  }
  const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
  return [{ segments, kind, before, after, forcesReplacement: false }];
}

function objectDifferences(before: JsonObject, after: JsonObject, segments: Segment[]): RawChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => differences(own(before, name), own(after, name), [...segments, name]));
}

/** By name, or by place if all items are objects; else the list is one value. Empty too when only the order differs. */
function listDifferences(before: Json[], after: Json[], segments: Segment[]): RawChange[] {
  const [was, now] = [namesOf(before), namesOf(after)];
  if (was && now) {
    return [...new Set([...was, ...now])].flatMap((name) =>
      differences(before[was.indexOf(name)], after[now.indexOf(name)], [...segments, { named: name }]),
    );
  }
  if (![...before, ...after].every(isObject)) return [];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index).flatMap((index) =>
    differences(before[index], after[index], [...segments, index]),
  );
}

/** The names of a list's items, if each has one of its own. */
function namesOf(list: readonly Json[]): string[] | undefined {
  const names = list.map((item) => (isObject(item) ? item["name"] : undefined));
  const allNamed = names.every((name) => typeof name === "string" && !isUnknown(name));
  return allNamed && list.length > 0 && new Set(names).size === names.length ? (names as string[]) : undefined;
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Whether the two speak of the same place or one of a part of the other; named items match any place. */
function covers(own: readonly Segment[], reported: readonly (string | number)[]): boolean {
  const shorter = Math.min(own.length, reported.length);
  for (let index = 0; index < shorter; index++) {
    const segment = own[index]!;
    // From here on places and names can't be compared: the difference by name is the better one.
    if (typeof segment === "object") return true;
    if (segment !== reported[index]) return false;
  }
  return true;
}

/** For the order of what is shown. */
export function compareByPath(one: RawChange, other: RawChange): number {
  const [a, b] = [pathText(one.segments), pathText(other.segments)];
  return a < b ? -1 : a > b ? 1 : 0;
}
