/**
 * The rooms of this repository and the arrows between them: which folder may import which package.
 * Tests may import everything: they look into rooms.
 */
const PACKAGES = {
  spec: [],
  testing: [],
  agent: [],
  components: ["spec", "agent"],
  sandbox: ["spec", "agent"],
  report: ["spec"],
  drill: ["spec", "sandbox", "report"],
  cli: ["spec", "agent", "sandbox", "report", "drill", "testing"],
};

/** The other packages than those that a package may import. */
function arrowsOf([name, allowed]) {
  return {
    name: `${name}-imports-${allowed.length > 0 ? `only-${allowed.join("-")}` : "nothing"}`,
    comment: `packages/${name} may import ${allowed.length > 0 ? allowed.join(", ") : "no other package"} of the workspace.`,
    severity: "error",
    from: { path: `^packages/${name}/` },
    to: { path: `^packages/(?!(?:${[name, ...allowed].join("|")})/)` },
  };
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(PACKAGES).map(arrowsOf),
    {
      name: "packages-know-no-programs",
      comment: "A package can't need the programs, tests and tools that use it.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(?:examples|stacks|test|bench|tools)/" },
    },
    {
      name: "no-other-packages-internals",
      comment: "Another package is imported by its published name, which leads to its `dist`; its `src` is its own.",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: { path: "^packages/(?!$1/)[^/]+/src/" },
    },
    {
      name: "programs-use-published-names",
      comment: "Examples and stacks are what users copy: only what is published may be imported.",
      severity: "error",
      from: { path: "^(?:examples|stacks)/" },
      to: { path: "^(?:packages/[^/]+/src|test|bench|tools)/" },
    },
    {
      name: "nothing-imports-the-cli",
      comment: "The CLI is wiring: what others need of it belongs into a package.",
      severity: "error",
      from: { path: "^(?:packages/(?!cli/)|examples|stacks|bench)" },
      to: { path: "^packages/cli/" },
    },
    {
      name: "no-circles",
      comment: "Modules that import each other can't be read or loaded one by one.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      comment: "The import leads nowhere: not exported, not installed or misspelt.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared-packages",
      comment: "What a package imports must be in its own package.json.",
      severity: "error",
      from: { path: "^packages/[^/]+/src" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/" },
    tsPreCompilationDeps: true,
    // Each package has its own package.json, and the root's is for tools.
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["require", "node", "default", "types"],
      extensions: [".ts", ".js", ".cjs", ".mjs", ".json", ".d.ts"],
    },
  },
};
