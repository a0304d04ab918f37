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

/** All findings as one text for a person: what, where, seen, allowed, how to fix it. */
export function formatFindings(subject: string, findings: readonly Finding[]): string {
  const count = findings.length === 1 ? "1 problem" : `${findings.length} problems`;
  const lines = findings.map((finding, index) => {
    const seen = finding.seen === undefined ? "" : ` is ${finding.seen}`;
    return [
      `  ${index + 1}. ${finding.path}${seen} [${finding.rule}]`,
      `     allowed: ${finding.allowed}`,
      `     fix: ${finding.fix}`,
    ].join("\n");
  });
  return [`${subject}: ${count}; nothing was created.`, ...lines].join("\n");
}

/** A value as it may stand in a message: short, on one line. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "function") return "a function";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
