import { readPreview, renderTerminal } from "@windows-ha/report";
import { expect } from "chai";
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
function savePreview(name: string, text: string, folder: string): void {
  const { steps = [], ...rest } = JSON.parse(
    withoutLoopback(text).replaceAll(folder, "/example"),
    (key, value: unknown) => (NOISE.has(key) ? undefined : value),
  ) as { steps?: unknown[] };
  const head = JSON.stringify(rest).slice(0, -1);
  const separator = head === "{" ? "" : ",";
  const lines = steps.map((step) => JSON.stringify(step)).join(",\n");
  writeFileSync(fileOf(name), `${head}${separator}"steps":[\n${lines}\n]}\n`);
}

/** Each sandbox has loopback addresses of its own, which differ in length, too. */
function withoutLoopback(text: string): string {
  return text.replaceAll(/\b127(\.\d+){3}\b/g, "127.0.0.1");
}

/** A report names what the program named: it is the same for every run of the engine. `UPDATE_GOLDEN=1` records anew. */
export function expectAsRecorded(name: string, preview: string, folder: string): void {
  if (process.env.UPDATE_GOLDEN) savePreview(name, preview, folder);
  const details = { details: true };
  const scrubbed = (text: string): string => text.replaceAll(/(?<=[a-z-])[0-9a-f]{8}\b|"[0-9a-f]{4,8}"/g, "*");
  const rendered = (text: string): string => scrubbed(renderTerminal(readPreview(withoutLoopback(text)), details));
  expect(rendered(preview)).to.equal(rendered(previewFixture(name)));
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.json`);
}
