import { join } from "node:path";
import { transformAsync } from "@babel/core";
import toCommonJs from "@babel/plugin-transform-modules-commonjs";
import { rollup } from "rollup";
import esbuild from "rollup-plugin-esbuild";

/**
 * `prepack` of a package whose modules are many and small: one file of them, `dist/bundle.js`, to which `publishConfig`
 * points, and one for each part that most programs do without (docs/decisions/0018). `windows-ha` has what it needs of
 * `@windows-ha/spec` in its own, which is two thirds of it. So a program that imports it reads one file instead of 200,
 * which is parsed once and run as one function (`bench/import-cost.ts`). In the workspace `dist/index.js` counts, so that
 * `tsc -b` alone keeps everything current.
 *
 * Usage, in the package's folder: node ../../tools/bundle.mjs [folder, else dist]
 */
const [folder = "dist"] = process.argv.slice(2);
const SPEC = { name: "@windows-ha/spec", source: join(import.meta.dirname, "../packages/spec/src/index.ts") };
/** Parts, by folder. */
const ON_DEMAND = /\/src\/(aks|consul)\//;
/** What the defaults and the shapes of every service take from those folders. */
const AT_START = /\/(aks-defaults|key-values)\.ts$/;
/** What is loaded with its first use, also where it is only handed on to whoever imports it from the package. */
const LAZY = /^\.\/bundle-(aks|consul)\.js$|^@windows-ha\/agent$/;
const EXPORTED = /^export \{ (.+) \}( from '.+')?;$/gm;

const bundle = await rollup({
  input: { bundle: "src/index.ts" },
  external: (id) => /^[^./]/.test(id) && id !== SPEC.name,
  // Nothing but declarations happens in a module.
  treeshake: { moduleSideEffects: false },
  // What parts need of the main file stands beside its public exports, untyped: a file in between would take 2 ms.
  preserveEntrySignatures: "allow-extension",
  plugins: [
    { name: "spec", resolveId: (id) => (id === SPEC.name ? SPEC.source : null) },
    esbuild({ target: "node22.12" }),
  ],
  onwarn: (warning) => {
    // Parts and the main file use each other, each once both are loaded.
    if (warning.code !== "CIRCULAR_CHUNK") throw new Error(warning.message);
  },
});
await bundle.write({
  dir: folder,
  format: "es",
  chunkFileNames: "bundle-[name].js",
  onlyExplicitManualChunks: true,
  manualChunks: (module) => (!AT_START.test(module) && ON_DEMAND.exec(module)?.[1]) || "main",
  hoistTransitiveImports: false,
  minifyInternalExports: false,
  sourcemap: true,
  sourcemapExcludeSources: true,
  // Where the sources of the other package lie once both are installed.
  sourcemapPathTransform: (path) => path.replace(/^\.\.\/\.\.\/spec\//, `../../${SPEC.name}/`),
  plugins: [{ name: "commonjs", renderChunk: commonjs }],
});
await bundle.close();

/** Rollup's own CommonJS loads every file at the start. */
async function commonjs(code, { isEntry, exports, importedBindings }) {
  const transformed = await transformAsync(handingOn(code, exports, importedBindings), {
    configFile: false,
    babelrc: false,
    compact: false,
    sourceMaps: true,
    plugins: [
      [
        toCommonJs,
        {
          lazy: (source) => LAZY.test(source),
          // What is imported are CommonJS modules that tsc wrote, and Node.js's own: the module is the namespace. Else
          // each program would copy Azure's namespaces, hundreds of names long.
          noInterop: true,
        },
      ],
    ],
  });
  if (!transformed?.code) throw new Error("Babel was told to leave the file alone.");
  const map = /** @type {import("rollup").ExistingRawSourceMap} */ (transformed.map);
  return { code: isEntry ? withNames(transformed.code, exports) : transformed.code, map };
}

/** Exports what is in parts. In the getters that Babel writes for it, Node.js before 24 finds no name. */
function handingOn(code, exports, importedBindings) {
  const parts = Object.entries(importedBindings)
    .filter(([file]) => LAZY.test(`./${file}`))
    .map(([file, names]) => ({ file, names: names.filter((name) => exports.includes(name)) }))
    .filter(({ names }) => names.length > 0);
  const handedOn = new Set(parts.flatMap(({ names }) => names));
  const own = code.replaceAll(EXPORTED, (_, names, from = "") => {
    const rest = names.split(", ").filter((name) => !handedOn.has(name));
    return rest.length > 0 ? `export { ${rest.join(", ")} }${from};` : "";
  });
  const getters = parts.map(
    ({ file, names }) =>
      `for (const name of ${JSON.stringify(names)}) Object.defineProperty(exports, name, { enumerable: true, get: () => require("./${file}")[name] });\n`,
  );
  return own + getters.join("");
}

/** Never run, but read: an ES module that imports from a CommonJS one gets the names that Node.js finds in its text. */
function withNames(code, exports) {
  return code.replace('"use strict";', `"use strict"; 0 && (module.exports = { ${exports.join(", ")} });`);
}
