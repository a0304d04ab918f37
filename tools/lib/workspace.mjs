import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** The root of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Logs and locks of the set-up, next to the sandbox's own folders. */
export const logFolder = join(root, ".windows-ha", "logs");
export const lockFolder = join(root, ".windows-ha", "locks");

/** Node 24 from the npm package `node`; Pulumi's SDK needs 22 or later, the computer may have 20. */
export const node24 = join(root, "node_modules", "node", "bin", executable("node"));

/** pnpm with its version, `pnpm@1.2.3`, as Corepack reads it too and `npx` takes it. */
export const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The file name of a program on this platform. */
export function executable(name) {
  return windows ? `${name}.exe` : name;
}

/** The JavaScript entry of an installed tool: started with `node24`, it needs no shell script of a package manager. */
export const entries = {
  depcruise: "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
  eslint: "node_modules/eslint/bin/eslint.js",
  knip: "node_modules/knip/bin/knip.js",
  mocha: "node_modules/mocha/bin/mocha.js",
  prettier: "node_modules/prettier/bin/prettier.cjs",
  tsc: "node_modules/typescript/bin/tsc",
  tsx: "node_modules/tsx/dist/cli.mjs",
  typedoc: "node_modules/typedoc/bin/typedoc",
};

/** The environment in which `folders` come first on PATH. */
export function withPath(environment, folders) {
  // Windows spells it `Path`; two spellings in one environment leave it to chance which one counts.
  const key = Object.keys(environment).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  return { ...environment, [key]: [...folders, environment[key] ?? ""].filter(Boolean).join(delimiter) };
}
