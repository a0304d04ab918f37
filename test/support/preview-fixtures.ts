import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./sandbox-stack";

const FOLDER = join(REPOSITORY, "test/unit/report/golden/previews");
/** What differs from run to run and means nothing to a report. */
const NOISE = new Set(["stackTrace", "sourcePosition", "created", "modified", "duration"]);

/** A preview that the real engine printed (`test/engine/report.spec.ts` records it with UPDATE_GOLDEN=1). */
export function previewFixture(name: string): string {
  return readFileSync(fileOf(name), "utf8");
}

/** Keeps a preview, one step a line, without noise and without the folder that it was made in. */
export function savePreview(name: string, text: string, folder: string): void {
  const { steps = [], ...rest } = JSON.parse(text.replaceAll(folder, "/example"), (key, value: unknown) =>
    NOISE.has(key) ? undefined : value,
  ) as { steps?: unknown[] };
  const head = JSON.stringify(rest).slice(0, -1);
  const separator = head === "{" ? "" : ",";
  const lines = steps.map((step) => JSON.stringify(step)).join(",\n");
  writeFileSync(fileOf(name), `${head}${separator}"steps":[\n${lines}\n]}\n`);
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.json`);
}
