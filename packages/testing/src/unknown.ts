import { inspect } from "node:util";

class Unknown {
  toString(): string {
    return "<unknown>";
  }
  toJSON(): string {
    return "<unknown>";
  }
  [inspect.custom](): string {
    return "<unknown>";
  }
}

/**
 * Stands in a recording for a value that a preview does not know yet. There is one such object, so it compares by
 * identity; in assertions use {@link Match.unknown}.
 */
export const UNKNOWN: object = Object.freeze(new Unknown());

/** Whether `value` is the marker of a value that a preview does not know yet. */
export const isUnknown = (value: unknown): boolean => value === UNKNOWN;
