import { createHash, randomBytes } from "node:crypto";
import type { CheckRequest } from "./provider";

/** Hexadecimal digits for a name: from the engine's seed, so that the update creates what the preview named. */
export function nameSeed({ randomSeed, urn }: CheckRequest): string {
  if (randomSeed.length === 0) return randomBytes(32).toString("hex");
  return createHash("sha256").update(randomSeed).update(urn).digest("hex");
}
