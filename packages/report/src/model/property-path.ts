import { isObject, type Json } from "../input/values";

/** One step into a value: a property, a place in a list, or the item of a list that has this name. */
export type Segment = string | number | { named: string };

const PLAIN = /^[A-Za-z_$][\w$-]*$/;

/** Reads a path as Pulumi writes it: `securityRules[1].tags["b.c"]`. */
export function parsePath(path: string): (string | number)[] {
  const segments: (string | number)[] = [];
  for (const [, quoted, index, plain] of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)) {
    if (quoted !== undefined) segments.push(quoted.replaceAll(/\\(.)/g, "$1"));
    else if (index !== undefined) segments.push(Number(index));
    else segments.push(plain!);
  }
  return segments;
}

/** The path for people: `securityRules["metrics"].priority`. */
export function pathText(segments: readonly Segment[]): string {
  return segments
    .map((segment, index) => {
      if (typeof segment === "number") return `[${segment}]`;
      if (typeof segment === "object") return `[${JSON.stringify(segment.named)}]`;
      if (!PLAIN.test(segment)) return `[${JSON.stringify(segment)}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

/** The path as tables have it, where every item of a list is the same: `securityRules[].priority`. */
export function pathPattern(segments: readonly Segment[]): string[] {
  return segments.map((segment) => (typeof segment === "string" ? segment : "[]"));
}

/** What stands at a path; the marker of a secret or of an unknown value when it is part of one. */
export function valueAt(value: Json | undefined, segments: readonly (string | number)[]): Json | undefined {
  let current = value;
  for (const segment of segments) {
    if (Array.isArray(current)) current = typeof segment === "number" ? current[segment] : undefined;
    else if (isObject(current))
      current = Object.hasOwn(current, String(segment)) ? current[String(segment)] : undefined;
    // A whole branch is hidden or not known: so is what is in it.
    else return typeof current === "string" ? current : undefined;
  }
  return current;
}
