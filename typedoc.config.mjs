import { OptionDefaults } from "typedoc";

/** What the JSON Schema of the agent's document is made of, beside TypeScript's types. */
const SCHEMA_TAGS = ["minimum", "maximum", "pattern", "asType", "minItems", "maxItems", "minLength", "maxLength"];

/** The API reference of every package that a program imports: `npm run docs` writes it to `dist/api`. */
export default {
  name: "windows-ha",
  entryPointStrategy: "packages",
  entryPoints: ["components", "spec", "testing", "sandbox", "report", "agent"].map((name) => `packages/${name}`),
  packageOptions: {
    entryPoints: ["src/index.ts"],
    readme: "none",
    excludePrivate: true,
    excludeInternal: true,
    blockTags: [...OptionDefaults.blockTags, ...SCHEMA_TAGS.map((name) => `@${name}`)],
    // Equal in every clone, whatever it was cloned from.
    disableGit: true,
    basePath: import.meta.dirname,
    sourceLinkTemplate: "https://github.com/windows-ha/windows-ha/blob/{gitRevision}/{path}#L{line}",
    gitRevision: "main",
    // A pattern of the schema may look like a link; and what a component's arguments name is exported: the schema that
    // other languages get is made of it.
    validation: { invalidPath: false, notExported: false },
    externalSymbolLinkMappings: {
      "@pulumi/pulumi": { "*": "https://www.pulumi.com/docs/reference/pkg/nodejs/pulumi/pulumi/" },
    },
  },
  readme: "none",
  includeVersion: true,
  out: "dist/api",
  treatWarningsAsErrors: true,
};
