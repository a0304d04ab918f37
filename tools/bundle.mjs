import { rollup } from "rollup";
import esbuild from "rollup-plugin-esbuild";

/**
 * `prepack` of a package whose modules are many and small: one file of them, `dist/bundle.js`, to which `publishConfig`
 * points. A program that imports `windows-ha` reads 2 files instead of 170, each parsed once and run as one function,
 * which halves what our own modules cost it (`bench/import-cost.ts`). In the workspace `dist/index.js` counts, so that
 * `tsc -b` alone keeps everything current.
 */
const bundle = await rollup({
  input: "src/index.ts",
  external: /^[^./]/,
  plugins: [esbuild({ target: "node22.12" })],
  onwarn: (warning) => {
    throw new Error(warning.message);
  },
});
await bundle.write({
  file: "dist/bundle.js",
  format: "cjs",
  // What is imported are CommonJS modules that tsc wrote, and Node.js's own: the module is the namespace. Else each
  // program would copy Azure's namespaces, hundreds of names long.
  interop: "esModule",
  esModule: true,
  externalLiveBindings: false,
  sourcemap: true,
  sourcemapExcludeSources: true,
});
await bundle.close();
