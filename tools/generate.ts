/**
 * Writes the files that are generated from TypeScript types. `--check` writes nothing and exits 1 when a committed
 * file is not what would be written.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as prettier from "prettier";
import { createGenerator } from "ts-json-schema-generator";

const ROOT = join(__dirname, "..");

/** A file that is generated from a type. */
export interface GeneratedFile {
  /** Where the file lies, from the repository's root. */
  path: string;
  /** The file that declares the type, from the repository's root. */
  source: string;
  type: string;
}

export const GENERATED_FILES: readonly GeneratedFile[] = [
  {
    path: "packages/agent/internal/spec/agent-spec.schema.json",
    source: "packages/spec/src/agent-spec.ts",
    type: "AgentSpec",
  },
  {
    path: "packages/agent/internal/spec/agent-consul-server-spec.schema.json",
    source: "packages/spec/src/agent-consul.ts",
    type: "AgentConsulServerSpec",
  },
];

/** The text that the file should have: a JSON Schema (draft 7), formatted by Prettier. */
export async function generatedText(file: GeneratedFile): Promise<string> {
  const schema = createGenerator({
    path: join(ROOT, file.source),
    tsconfig: join(ROOT, "packages/spec/tsconfig.json"),
    type: file.type,
    additionalProperties: false,
    skipTypeCheck: true,
    sortProps: true,
  }).createSchema(file.type);
  const target = join(ROOT, file.path);
  const options = await prettier.resolveConfig(target);
  return prettier.format(JSON.stringify(schema), { ...options, filepath: target });
}

/** The generated files whose committed text is missing or differs from the types. */
export async function staleFiles(files: readonly GeneratedFile[] = GENERATED_FILES): Promise<GeneratedFile[]> {
  const stale: GeneratedFile[] = [];
  for (const file of files) {
    if (committedText(file) !== (await generatedText(file))) stale.push(file);
  }
  return stale;
}

function committedText(file: GeneratedFile): string | undefined {
  try {
    return readFileSync(join(ROOT, file.path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function main(check: boolean): Promise<number> {
  const stale = await staleFiles();
  for (const file of stale) {
    if (check) {
      console.error(`${file.path} is not what ${file.source} says. Run \`pnpm generate\` and commit the result.`);
      continue;
    }
    const target = join(ROOT, file.path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, await generatedText(file));
    console.log(`wrote ${file.path}`);
  }
  if (stale.length === 0) console.log("All generated files are up to date.");
  return check && stale.length > 0 ? 1 : 0;
}

if (require.main === module) {
  main(process.argv.includes("--check")).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
