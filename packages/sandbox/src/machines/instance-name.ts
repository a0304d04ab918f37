import { createHash } from "node:crypto";

const SUFFIX_LENGTH = 6;

/** The computer name of a Flexible scale set's instance: the prefix and six base-36 characters, the same every time. */
export function instanceName(prefix: string, scaleSetId: string, number: number): string {
  const digest = createHash("sha256").update(`${scaleSetId.toLowerCase()}#${number}`).digest();
  const suffix = (digest.readBigUInt64BE() % 36n ** BigInt(SUFFIX_LENGTH)).toString(36).padStart(SUFFIX_LENGTH, "0");
  return `${prefix}${suffix}`;
}
