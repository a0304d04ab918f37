import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Recording } from "@windows-ha/testing";
import { parse } from "yaml";
import { CONSUL_PROGRAM, recordUpdate, SHA256_A, SHA256_B } from "../../unit/components/support";
import { FIXTURES } from "./fixtures";

/** A program whose resources are examined. */
export interface Program {
  name: string;
  record: () => Promise<Recording>;
}

const load = createRequire(__filename);
const REPOSITORY = resolve(__dirname, "../../..");
const ARTIFACT = { url: "https://files.example.com/orders-1.4.2.exe", sha256: SHA256_A };
const AGENT = { url: "https://files.example.com/windows-ha-agent.exe", sha256: SHA256_B };
/** Configuration that the examples ask for and give no default of. */
const CONFIG: Record<string, string> = {
  artifactUrl: ARTIFACT.url,
  artifactSha256: ARTIFACT.sha256,
  agentUrl: AGENT.url,
  agentSha256: AGENT.sha256,
  consulLinuxUrl: CONSUL_PROGRAM.linux.url,
  consulLinuxSha256: CONSUL_PROGRAM.linux.sha256,
  consulWindowsUrl: CONSUL_PROGRAM.windows.url,
  consulWindowsSha256: CONSUL_PROGRAM.windows.sha256,
};

/** Every example, the reference program and the fixtures. */
export function programs(): Program[] {
  const examples = readdirSync(join(REPOSITORY, "examples"))
    .map((name) => ({ name: `examples/${name}`, folder: join(REPOSITORY, "examples", name) }))
    .filter(({ folder }) => existsSync(join(folder, "index.ts")));
  return [
    ...examples.map(({ name, folder }) => ({ name, record: () => recordUpdate(() => runExample(folder)) })),
    { name: "stacks", record: recordReference },
    ...Object.entries(FIXTURES).map(([name, program]) => ({ name, record: () => recordUpdate(program) })),
  ];
}

/** With the defaults that the example's project declares. */
function runExample(folder: string): void {
  const project = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as {
    config?: Record<string, { default?: unknown } | undefined>;
  };
  const defaults = Object.entries(project.config ?? {}).map(([key, declared]) => [key, text(declared?.default)]);
  runFile(join(folder, "index.ts"), { ...(Object.fromEntries(defaults) as object), ...CONFIG });
}

/** Configuration is text; everything else is written as JSON. */
function text(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

/** The reference program reads what the build published from a file. */
async function recordReference(): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), "wha-release-"));
  const release = join(folder, "release.json");
  writeFileSync(release, JSON.stringify({ version: "1.4.2", artifact: ARTIFACT, agent: AGENT }));
  try {
    return await recordUpdate(() => runFile(join(REPOSITORY, "stacks/index.ts"), { ...CONFIG, release }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Programs declare their resources while they are loaded, so each run loads them anew. */
function runFile(file: string, config: Record<string, string | undefined>): void {
  for (const [key, value] of Object.entries(config)) {
    if (value !== undefined) pulumi.runtime.setConfig(`${pulumi.getProject()}:${key}`, value);
  }
  delete load.cache[file];
  load(file);
}
