import { AgentBinaryMissing, agentBinary } from "@windows-ha/agent";
import type * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { Finding, Resolved } from "@windows-ha/spec";
import { readLinuxProgramFile, type ProgramFile, type ReadProgram } from "../artifact-store/program-file";
import { onDemand } from "../common/on-demand";
import type { PublishedFileArgs } from "../service-install";
import type { ConsulServersArgs } from "./args";
import type { ConsulStorage } from "./storage";

const AGENT = "windows-ha-agent";
const PLATFORM = { os: "linux", arch: "amd64" } as const;

/** The servers' agent as a file to upload; undefined where it is published already. */
export function readServerAgent(path: string | undefined, at: string): ReadProgram {
  try {
    return readLinuxProgramFile(path ?? agentBinary(PLATFORM).file, path === undefined ? at : `${at}.path`);
  } catch (error) {
    if (!(error instanceof AgentBinaryMissing)) throw error;
    return { findings: [missing(error.file, at)] };
  }
}

/** Adds what is wrong with a file that would be uploaded. */
export function withServerAgent<Spec extends object>(
  resolved: Resolved<Spec>,
  agent: ConsulServersArgs["agent"],
  at: string,
): Resolved<Spec & { agentFile?: ProgramFile }> {
  if (agent?.url !== undefined) return resolved;
  const { program, findings } = readServerAgent(typeof agent?.path === "string" ? agent.path : undefined, at);
  if (!resolved.spec || !program) return { spec: undefined, findings: [...resolved.findings, ...findings] };
  return { spec: { ...resolved.spec, agentFile: program }, findings: [] };
}

/** Uploads the agent under a name that its content decides, or hands on where it is published. */
export function createServerAgent(
  name: string,
  { resourceGroupName, agent }: ConsulServersArgs,
  file: ProgramFile | undefined,
  { account, declared, declaredUrl }: ConsulStorage,
  identityClientId: pulumi.Output<string>,
  parent: pulumi.Resource,
): PublishedFileArgs {
  if (!file) return { url: agent!.url!, sha256: agent!.sha256! };
  const path = `${AGENT}/${file.sha256.slice(0, 8)}/${AGENT}`;
  const blob: storage.Blob = new onDemand.storage.Blob(
    `${name}-agent-${file.sha256.slice(0, 8)}`,
    {
      resourceGroupName,
      accountName: account.name,
      containerName: declared.name,
      blobName: path,
      type: "Block",
      contentType: "application/octet-stream",
      metadata: { sha256: file.sha256 },
      source: new pulumi.asset.FileAsset(file.file),
    },
    { parent },
  );
  // By the container's address, which waits for the servers' right to read.
  const url = pulumi.all([declaredUrl, blob.id]).apply(([container]) => `${container}/${path}`);
  return { url, sha256: file.sha256, identityClientId };
}

function missing(file: string, path: string): Finding {
  return {
    rule: "artifact-missing",
    path,
    seen: `missing, and so is the built one (${file})`,
    allowed: "an installed @windows-ha/agent that has its programs, or an agent of your own, for linux/amd64",
    fix: `Install @windows-ha/agent from a registry, build it in a checkout, or give ${path}.`,
  };
}
