import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { record, type OutputTable, type RecordMocks, type Recording, type Values } from "@windows-ha/testing";
import { flatSource } from "./source";

const load = createRequire(__filename);
/** Below `stacks`, where a program finds the published packages. */
const FOLDER = resolve(__dirname, "../../stacks/dist/flat-comparison");

export interface PublishedFile {
  url: string;
  sha256: string;
}
export interface Release {
  version: string;
  artifact: PublishedFile;
  agent: PublishedFile;
}

/** Two Pulumi programs that declare the same custom resources. */
export interface Comparison {
  /** Folder of the program that uses `WindowsHaCluster`. */
  component: string;
  /** Folder of the program without components. */
  flat: string;
  remove: () => void;
}

/** What Azure computes, each text different, so that it is found again where another resource takes it. */
const OUTPUTS: OutputTable = {
  "azure-native:keyvault:Vault": (_, name) => ({ properties: { vaultUri: `https://${name}.vault.example/` } }),
  "azure-native:managedidentity:UserAssignedIdentity": (_, name) => ({
    clientId: `${name}_clientId`,
    principalId: `${name}_principalId`,
  }),
  "azure-native:network:PublicIPAddress": (_, name) => ({ ipAddress: `${name}_ipAddress` }),
  "azure-native:resources:ResourceGroup": (_, name) => ({ location: `${name}_location` }),
  "random:index/randomPassword:RandomPassword": (_, name) => ({ result: `${name}_result` }),
};
const MOCKS: RecordMocks = {
  newResource: ({ type, name, inputs }) =>
    type === "azure-native:network:LoadBalancer"
      ? { state: { frontendIPConfigurations: (inputs.frontendIPConfigurations as Values[]).map(withAddress(name)) } }
      : undefined,
};

const withAddress =
  (name: string) =>
  (frontEnd: Values): Values => ({ ...frontEnd, privateIPAddress: `${name}_address` });

/** Runs the program of a folder in the recording engine. Programs declare their resources while they are loaded. */
export function recordProgram(folder: string): Promise<Recording> {
  const file = join(folder, "index.js");
  return record(
    () => {
      delete load.cache[file];
      load(file);
    },
    { outputs: OUTPUTS, mocks: MOCKS },
  );
}

/** Writes the program with the component, records it, and writes the flat one from what was recorded. */
export async function writeComparison(release: Release, label = String(process.pid)): Promise<Comparison> {
  const folder = join(FOLDER, label);
  const comparison = {
    component: join(folder, "component"),
    flat: join(folder, "flat"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  write(comparison.component, "component", componentSource(release));
  write(comparison.flat, "flat", flatSource(await recordProgram(comparison.component)));
  return comparison;
}

function componentSource({ version, artifact, agent }: Release): string {
  const args = { service: { name: "orders", version, artifact, port: 8080 }, agent };
  return `const { WindowsHaCluster } = require("windows-ha");\nnew WindowsHaCluster("orders", ${JSON.stringify(args)});\n`;
}

function write(folder: string, project: string, source: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\nmain: index.js\n`);
  writeFileSync(join(folder, "index.js"), source);
}
