import { compare, Matcher, mismatch, type Comparison, type MatchContext } from "./matcher";
import { show, type Mismatch } from "./mismatch";
import type { Path } from "./path";
import { isUnknown } from "./unknown";

/** A matcher that is a table row: a description and a test. */
class SimpleMatcher extends Matcher {
  constructor(
    description: string,
    private readonly find: (seen: unknown, path: Path, context: MatchContext) => Mismatch[] | boolean,
  ) {
    super(description);
  }

  override test(seen: unknown, path: Path, context: MatchContext): Mismatch[] {
    const found = this.find(seen, path, context);
    if (typeof found !== "boolean") return found;
    return found ? [] : [mismatch(seen, this, path, context)];
  }
}

const comparing = (name: string, wanted: unknown, comparison: Comparison): Matcher =>
  new SimpleMatcher(`${name}(${show(wanted)})`, (seen, path, context) =>
    compare(seen, wanted, path, context, comparison),
  );

/** Matching elements are searched from left to right; the earliest match is always the best one to take. */
function findInOrder(
  seen: unknown,
  wanted: readonly unknown[],
  path: Path,
  context: MatchContext,
): Mismatch[] | boolean {
  if (!Array.isArray(seen)) return false;
  let next = 0;
  for (const [index, entry] of wanted.entries()) {
    let closest: Mismatch[] | undefined;
    for (;;) {
      if (next >= seen.length) return closest ?? [mismatch(undefined, entry, [...path, index], context)];
      const kept: (() => void)[] = [];
      const found = compare(
        seen[next],
        entry,
        [...path, next],
        { ...context, capture: (keep) => kept.push(keep) },
        "like",
      );
      next++;
      if (found.length === 0) {
        kept.forEach((keep) => context.capture(keep));
        break;
      }
      if (closest === undefined || found.length < closest.length) closest = found;
    }
  }
  return [];
}

function parseJson(text: unknown): { value: unknown } | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/**
 * Shapes for the wanted side of an assertion. They nest in each other and in literals.
 *
 * @example
 * template.hasResourceInputs("azure-native:network:NetworkSecurityGroup", {
 *   securityRules: Match.arrayWith([{ access: "Allow", destinationPortRange: "8080" }]),
 *   tags: Match.absent(),
 * });
 */
export const Match = {
  /** An object with at least these properties; objects inside it too. What a literal object means by itself. */
  objectLike: (wanted: Record<string, unknown>): Matcher => comparing("objectLike", wanted, "like"),

  /** An object with these properties and no others; objects inside it too. */
  objectEquals: (wanted: Record<string, unknown>): Matcher => comparing("objectEquals", wanted, "equal"),

  /** An array that holds these elements in this order, with others before, between or after. */
  arrayWith: (wanted: readonly unknown[]): Matcher =>
    new SimpleMatcher(`arrayWith(${show(wanted)})`, (seen, path, context) => findInOrder(seen, wanted, path, context)),

  /** An array of exactly these elements; objects in it have no properties beyond the wanted ones. */
  arrayEquals: (wanted: readonly unknown[]): Matcher => comparing("arrayEquals", wanted, "equal"),

  /** A property that was not given. */
  absent: (): Matcher => new SimpleMatcher("absent()", (seen) => seen === undefined),

  /** Anything but absent and null. A value that a preview does not know counts. */
  anyValue: (): Matcher => new SimpleMatcher("anyValue()", (seen) => seen !== undefined && seen !== null),

  /** Anything that does not match `unwanted`; an absent property too, unless `unwanted` matches it. */
  not: (unwanted: unknown): Matcher =>
    new SimpleMatcher(
      `not(${show(unwanted)})`,
      (seen, path, context) =>
        compare(seen, unwanted, path, { ...context, capture: () => undefined }, "like").length > 0,
    ),

  /** A string in which the pattern is found; anchor it with `^` and `$` for the whole string. */
  stringLikeRegexp: (pattern: string | RegExp): Matcher => {
    // A sticky or global pattern would remember where it stopped.
    const regexp = new RegExp(pattern, typeof pattern === "string" ? "" : pattern.flags.replace(/[gy]/g, ""));
    return new SimpleMatcher(
      `stringLikeRegexp(${regexp.toString()})`,
      (seen) => typeof seen === "string" && regexp.test(seen),
    );
  },

  /** A string of JSON whose value matches. */
  serializedJson: (wanted: unknown): Matcher =>
    new SimpleMatcher(`serializedJson(${show(wanted)})`, (seen, path, context) => {
      const parsed = parseJson(seen);
      return parsed === undefined ? false : compare(parsed.value, wanted, path, context, "like");
    }),

  /** A value that a preview does not know yet. */
  unknown: (): Matcher => new SimpleMatcher("unknown()", isUnknown),

  /** A value that was passed as a secret and matches `wanted`. @default any value */
  secret: (wanted: unknown = Match.anyValue()): Matcher =>
    new SimpleMatcher(`secret(${show(wanted)})`, (seen, path, context) => {
      if (!context.isSecret(path)) {
        return [{ path, seen: `${show(seen)}, not a secret`, wanted: `secret(${show(wanted)})` }];
      }
      return compare(seen, wanted, path, context, "like");
    }),
};

/**
 * Takes hold of values where it stands in a wanted shape, one for each resource that matches, in order of
 * registration.
 *
 * @example
 * const image = new Capture();
 * template.hasResourceInputs("azure-native:compute:VirtualMachineScaleSet", {
 *   virtualMachineProfile: { storageProfile: { imageReference: image } },
 * });
 * expect(image.last()).to.include({ publisher: "MicrosoftWindowsServer" });
 */
export class Capture<T = unknown> extends Matcher {
  private readonly kept: T[] = [];

  /** @param wanted what the value must match @default any value but absent and null */
  constructor(private readonly wanted: unknown = Match.anyValue()) {
    super(`Capture(${show(wanted)})`);
  }

  override test(seen: unknown, path: Path, context: MatchContext): Mismatch[] {
    const found = compare(seen, this.wanted, path, context, "like");
    if (found.length === 0) context.capture(() => this.kept.push(seen as T));
    return found;
  }

  /** Every value so far. */
  all(): T[] {
    return [...this.kept];
  }

  /** The latest value. @throws Error if nothing was captured */
  last(): T {
    if (this.kept.length === 0) throw new Error("nothing was captured: no resource matched a shape with this Capture");
    return this.kept.at(-1) as T;
  }
}
