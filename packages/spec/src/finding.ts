import { isDeferred, isResource } from "./deferred";

/** One thing that is wrong with what was declared. */
export interface Finding {
  /** The rule's id, for example `range` or `minimum-active`. */
  rule: string;
  /** Where: the property's path, for example `service.port`. */
  path: string;
  /** The value that was seen, as text. Left out where the value may be a secret. */
  seen?: string;
  /** What is allowed there. */
  allowed: string;
  /** What to do about it. */
  fix: string;
}

/** All findings as one text for a person: what, where, seen, allowed, how to fix it, and what became of the attempt. */
export function formatFindings(subject: string, findings: readonly Finding[], outcome = "nothing was created"): string {
  const count = findings.length === 1 ? "1 problem" : `${findings.length} problems`;
  const lines = findings.map((finding, index) => {
    const seen = finding.seen === undefined ? "" : ` is ${finding.seen}`;
    return [
      `  ${index + 1}. ${pathText(finding.path)}${seen} [${finding.rule}]`,
      `     allowed: ${finding.allowed}`,
      `     fix: ${finding.fix}`,
    ].join("\n");
  });
  return [`${subject}: ${count}; ${outcome}.`, ...lines].join("\n");
}

/** A path for a person; the empty one stands for all arguments. */
export function pathText(path: string): string {
  return path === "" ? "the arguments" : path;
}

/** A value as it may stand in a message: short, on one line, whatever it is. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "function") return "a function";
  if (isResource(value)) return "a resource";
  const text = describeScalar(value) ?? jsonText(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** JSON makes null of a number that isn't one, and has no big integers and no symbols. */
function describeScalar(value: unknown): string | undefined {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "symbol"
    ? String(value)
    : undefined;
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, showDeferred) ?? "an object";
  } catch {
    // An object that holds itself, or a number that JSON doesn't have.
    return Array.isArray(value) ? "a list" : "an object";
  }
}

/** JSON asks an Output's own `toJSON` first, which answers with a warning; the holder still has the Output. */
function showDeferred(this: unknown, key: string, value: unknown): unknown {
  return isDeferred((this as Record<string, unknown>)[key]) ? "<known only during the deployment>" : value;
}
