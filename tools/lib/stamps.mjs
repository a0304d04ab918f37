import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./workspace.mjs";

const PRODUCED = new Set(["node_modules", "dist", "bin", ".git", ".windows-ha"]);

/** All files below a folder in a fixed order, without what set-up itself produces. */
export function filesBelow(folder, isWanted = (entry) => !PRODUCED.has(entry)) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => isWanted(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path, isWanted);
      return entry.isFile() ? [path] : [];
    });
}

/** One hash over names and contents of files, and over other things that the result depends on. */
export function digest(files, others = []) {
  const hash = createHash("sha256").update(JSON.stringify(others));
  for (const file of files) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/**
 * Remembers from what something was made.
 *
 * @param {string} name
 * @param {string} folder where stamps live
 */
export function stamp(name, folder = join(root, "node_modules", ".cache", "windows-ha")) {
  const file = join(folder, `${name}.json`);
  return {
    /** True when it was made from the same inputs and every product is still as it was left. */
    isCurrent(inputs) {
      if (!existsSync(file)) return false;
      const saved = JSON.parse(readFileSync(file, "utf8") || "{}");
      return saved.inputs === inputs && (saved.products ?? []).every(isUnchanged);
    },
    /** Called before the work: a half-finished result counts for nothing. */
    clear() {
      rmSync(file, { force: true });
    },
    save(inputs, products = []) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ inputs, products: products.map(describe) }));
    },
  };
}

function describe(path) {
  const { size, mtimeMs } = statSync(path);
  return { path: relative(root, path), size, mtimeMs };
}

function isUnchanged({ path, size, mtimeMs }) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  return stats !== undefined && stats.size === size && stats.mtimeMs === mtimeMs;
}
