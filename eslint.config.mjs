import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Node.js brings these; a browser's names are not among them. */
const nodeGlobals = Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, "readonly"]));

const azureNativeRoot = {
  name: "@pulumi/azure-native",
  message: "Import a sub-module, such as @pulumi/azure-native/network: the root loads every service and costs seconds.",
};

export default defineConfig(
  globalIgnores(["**/dist/", "**/bin/", "**/coverage/", ".windows-ha/"]),
  js.configs.recommended,
  {
    rules: {
      eqeqeq: "error",
      "max-lines": ["error", { max: 300 }],
      "no-restricted-imports": ["error", { paths: [azureNativeRoot] }],
      // `const { unwanted: _, ...rest } = all` is how a property is left out.
      "no-unused-vars": ["error", { ignoreRestSiblings: true, varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: { globals: { ...nodeGlobals, require: "readonly", module: "writable", __dirname: "readonly" } },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      // An interface decides whether a method is asynchronous, not one implementation of it.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
    },
  },
  {
    files: ["packages/**/*.ts", "examples/**/*.ts", "stacks/**/*.ts", "templates/**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts", "tools/**/*.ts"],
    languageOptions: { parserOptions: { project: "test/tsconfig.json", tsconfigRootDir: import.meta.dirname } },
  },
  {
    files: ["packages/*/src/**/*.ts"],
    ignores: ["packages/cli/**"],
    rules: {
      // A library has no terminal: it returns, throws or reports through its caller.
      "no-console": "error",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // chai's `expect(x).to.be.true` is an expression.
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
);
