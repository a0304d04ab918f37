import { AssertionError } from "node:assert";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Recording } from "./recording";

const isSet = (value: string | undefined): boolean => value !== undefined && !["", "0", "false"].includes(value);

/** How `expectUrnGolden` treats its file. */
export interface UrnGoldenOptions {
  /** Write the file anew. @default true if the environment variable UPDATE_GOLDEN is set */
  update?: boolean;
}

/**
 * The URNs are those in the golden file. A URN is a resource's identity: when its type, its name or a parent's type
 * changes without an alias, Pulumi deletes the resource and creates another.
 *
 * The file has one URN a line and belongs in the repository. Where it is missing it is written, but not in CI
 * (variable CI), where that would hide a forgotten file.
 *
 * @param urns a recording, or URNs in any order
 * @param file path of the golden file
 * @throws AssertionError that lists vanished and new URNs and says how to accept them
 */
export function expectUrnGolden(
  urns: Recording | readonly string[],
  file: string,
  { update = isSet(process.env.UPDATE_GOLDEN) }: UrnGoldenOptions = {},
): void {
  const seen = ("resources" in urns ? urns.resources.map((resource) => resource.urn) : [...urns]).sort();
  const missing = !existsSync(file);
  if (missing && isSet(process.env.CI) && !update) {
    throw new AssertionError({
      message: `golden file ${file} is missing; run the test with UPDATE_GOLDEN=1 and commit the file`,
      operator: "expectUrnGolden",
    });
  }
  if (missing || update) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, seen.map((urn) => `${urn}\n`).join(""));
    return;
  }
  const wanted = readFileSync(file, "utf8").split(/\r?\n/).filter(Boolean);
  const vanished = subtract(wanted, seen);
  const added = subtract(seen, wanted);
  if (vanished.length + added.length === 0) return;
  throw new AssertionError({
    message: [
      `URNs differ from golden file ${file}:`,
      ...[...vanished.map((urn) => `  - ${urn}`), ...added.map((urn) => `  + ${urn}`)],
      "A URN that vanishes is a resource that Pulumi deletes. If its resource lives on under another name, type or",
      "parent, give it the former identity in `aliases`. If the change is meant, run the test with UPDATE_GOLDEN=1.",
    ].join("\n"),
    actual: seen,
    expected: wanted,
    operator: "expectUrnGolden",
  });
}

/** Difference of multisets, so that a URN that stands twice shows. */
function subtract(from: readonly string[], what: readonly string[]): string[] {
  const left = [...what];
  return from.filter((entry) => {
    const index = left.indexOf(entry);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
