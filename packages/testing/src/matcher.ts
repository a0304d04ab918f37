import { inspect } from "node:util";
import { isPlainObject, show, type Mismatch } from "./mismatch";
import type { Path } from "./path";
import { isUnknown } from "./unknown";

/** What a matcher may ask about the resource that it looks at. */
export interface MatchContext {
  /** Whether the value at `path` was passed as a secret, itself or with something around it. */
  isSecret: (path: Path) => boolean;
  /** Keeps a value for a `Capture`; handed over only if the whole resource matches. */
  capture: (keep: () => void) => void;
}

/** A wanted shape that is not a literal value. */
export abstract class Matcher {
  /** @param description what failure messages show as the wanted value */
  protected constructor(readonly description: string) {}

  /** Lists what is not as wanted; nothing if it matches. */
  abstract test(seen: unknown, path: Path, context: MatchContext): Mismatch[];

  [inspect.custom](): string {
    return this.description;
  }
}

/** `like`: objects may have more properties than wanted. `equal`: they may not. */
export type Comparison = "like" | "equal";

/**
 * Compares a value with a literal or a matcher. Arrays need the same length and order in both comparisons.
 *
 * @throws TypeError if `wanted` holds something that can't be a recorded value, such as an Output or a RegExp.
 */
export function compare(
  seen: unknown,
  wanted: unknown,
  path: Path,
  context: MatchContext,
  comparison: Comparison,
): Mismatch[] {
  if (wanted instanceof Matcher) return wanted.test(seen, path, context);
  if (Array.isArray(wanted)) return compareArrays(seen, wanted, path, context, comparison);
  if (isPlainObject(wanted)) return compareObjects(seen, wanted, path, context, comparison);
  if (typeof wanted === "function" || (typeof wanted === "object" && wanted !== null && !isUnknown(wanted))) {
    throw new TypeError(
      `a wanted value must be plain data or a Match, seen ${show(wanted)}; ` +
        "for a pattern use Match.stringLikeRegexp, for an Output the plain value",
    );
  }
  return Object.is(seen, wanted) ? [] : [mismatch(seen, wanted, path, context)];
}

export function mismatch(seen: unknown, wanted: unknown, path: Path, context: MatchContext): Mismatch {
  return { path, seen: show(seen, context.isSecret, path), wanted: show(wanted) };
}

function compareArrays(
  seen: unknown,
  wanted: readonly unknown[],
  path: Path,
  context: MatchContext,
  comparison: Comparison,
): Mismatch[] {
  if (!Array.isArray(seen)) return [mismatch(seen, wanted, path, context)];
  const found = wanted.flatMap((entry, index) => compare(seen[index], entry, [...path, index], context, comparison));
  const surplus = seen.slice(wanted.length);
  return [
    ...found,
    ...surplus.map((entry, index) => mismatch(entry, undefined, [...path, wanted.length + index], context)),
  ];
}

function compareObjects(
  seen: unknown,
  wanted: Record<string, unknown>,
  path: Path,
  context: MatchContext,
  comparison: Comparison,
): Mismatch[] {
  if (!isPlainObject(seen)) return [mismatch(seen, wanted, path, context)];
  const keys =
    comparison === "equal" ? [...new Set([...Object.keys(wanted), ...Object.keys(seen)])] : Object.keys(wanted);
  return keys.flatMap((key) => compare(seen[key], wanted[key], [...path, key], context, comparison));
}
