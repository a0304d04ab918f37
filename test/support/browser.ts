import { source } from "axe-core";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

/** The Chromium on PATH; `npm test` brings one (`tools/third-party.mjs`). */
export async function startBrowser(): Promise<Browser> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const executablePath = folders.map((folder) => join(folder, "chromium")).find(existsSync);
  if (!executablePath) throw new Error("chromium isn't on PATH: run this by npm test, or install Debian's chromium");
  // A container's root has no namespaces for the browser's sandbox; it opens only files that the test wrote.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** The accessibility rules of axe-core, as a script for a page. */
export const AXE = source;
