import { createRequire } from "node:module";
import { build } from "esbuild";

const require = createRequire(`${process.cwd()}/package.json`);
const names = Object.keys(require("./dist/index.js"));

/**
 * `prepack` of a package whose modules are many and small: one file of them, `dist/bundle.js`, to which `publishConfig`
 * points. A program that imports `windows-ha` reads 2 files instead of 100, which halves what our own modules cost it
 * (`bench/import-cost.ts`). Made from `dist`, not from `src`: what tsc wrote was measured to load faster. In the
 * workspace `dist/index.js` counts, so that `tsc -b` alone keeps everything current.
 */
await build({
  entryPoints: ["dist/index.js"],
  outfile: "dist/bundle.js",
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  target: "node22.12",
  sourcemap: true,
  sourcesContent: false,
  logLevel: "warning",
  // Never run: Node.js reads here which names an ES module can import, and finds none in what esbuild writes.
  footer: { js: `0 && (module.exports = { ${names.join(", ")} });` },
});
