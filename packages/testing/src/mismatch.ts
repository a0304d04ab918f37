import { inspect } from "node:util";
import { formatPath, type Path } from "./path";

/** One place where a value is not as wanted; both sides are already text. */
export interface Mismatch {
  path: Path;
  seen: string;
  wanted: string;
}

const maximumTextLength = 300;

/** Shows a value on one line. Secret parts are hidden, because failure messages end up in CI logs. */
export function show(value: unknown, isSecret: (path: Path) => boolean = () => false, path: Path = []): string {
  const text = inspect(hideSecrets(value, isSecret, path), {
    depth: 8,
    breakLength: Infinity,
    compact: true,
    sorted: false,
  });
  return text.length <= maximumTextLength ? text : `${text.slice(0, maximumTextLength)}… (${text.length} characters)`;
}

const label = (text: string) => ({ [inspect.custom]: () => text });

function hideSecrets(value: unknown, isSecret: (path: Path) => boolean, path: Path): unknown {
  if (value === undefined) return label("(absent)");
  if (isSecret(path)) return label("[secret]");
  if (Array.isArray(value)) return value.map((entry, index) => hideSecrets(entry, isSecret, [...path, index]));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, hideSecrets(entry, isSecret, [...path, key])]),
  );
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Writes mismatches under each other, the first in full, the others counted beyond `limit`. */
export function listMismatches(mismatches: readonly Mismatch[], limit = 3): string {
  const lines = mismatches
    .slice(0, limit)
    .map(
      ({ path, seen, wanted }) =>
        `    at ${formatPath(path) || "(whole value)"}\n      seen:   ${seen}\n      wanted: ${wanted}`,
    );
  const more = mismatches.length - limit;
  return [...lines, ...(more > 0 ? [`    and ${more} more difference${more === 1 ? "" : "s"}`] : [])].join("\n");
}
