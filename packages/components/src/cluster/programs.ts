import type * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { AgentBinaryMissing, agentBinary } from "@windows-ha/agent";
import type { ClusterSpec, Finding, ImageSpec, Resolved } from "@windows-ha/spec";
import { ArtifactStore, type StoredArtifactArgs } from "../artifact-store";
import { readProgramFile } from "../artifact-store/program-file";
import type { PlacementArgs } from "../common/placement";
import type { PublishedFileArgs } from "../service-install";
import type { WindowsHaClusterArgs } from "./args";
import type { WindowsHaCluster } from "./windows-ha-cluster";

/** The programs of a cluster as its machines download them. */
export interface ClusterPrograms {
  artifact: PublishedFileArgs;
  agent: PublishedFileArgs;
  /** Keeps what was given as a file; undefined when everything is published already. */
  artifactStore: ArtifactStore | undefined;
}

const AGENT = "windows-ha-agent";

/** Adds what is wrong with the files that would be uploaded, so that one error names everything. */
export function checkPrograms(resolved: Resolved<ClusterSpec>, args: WindowsHaClusterArgs): Resolved<ClusterSpec> {
  const findings = fileFindings(args, resolved.spec?.machines.image);
  return findings.length === 0 ? resolved : { spec: undefined, findings: [...resolved.findings, ...findings] };
}

/** Arguments that haven't the right shape have their own findings. */
function fileFindings(args: WindowsHaClusterArgs, image: ImageSpec | undefined): Finding[] {
  const { service, agent } = (args ?? {}) as Partial<WindowsHaClusterArgs>;
  const paths = [
    { path: service?.artifact?.path, at: "service.artifact.path" },
    { path: agent?.path, at: "agent.path" },
  ];
  const given = paths.flatMap(({ path, at }) => (isText(path) ? readProgramFile(path, at, image).findings : []));
  return [...given, ...(agent === undefined ? builtAgentFindings(image) : [])];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function builtAgentFindings(image: ImageSpec | undefined): Finding[] {
  try {
    return readProgramFile(agentBinary({ os: "windows", arch: "amd64" }).file, "agent", image).findings;
  } catch (error) {
    if (!(error instanceof AgentBinaryMissing)) throw error;
    return [
      {
        rule: "artifact-missing",
        path: "agent",
        seen: `missing, and so is the built one (${error.file})`,
        allowed: "an installed @windows-ha/agent that has its programs, or an agent of your own",
        fix: "Install @windows-ha/agent from a registry, build it in a checkout, or give agent as path or as url and sha256.",
      },
    ];
  }
}

/** Uploads what was given as a file, and hands on the rest as it is. */
export function createPrograms(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  identity: managedidentity.UserAssignedIdentity,
  machinesSubnetId: pulumi.Input<string>,
  parent: WindowsHaCluster,
): ClusterPrograms {
  const artifacts = uploadsOf(args);
  const artifactStore =
    artifacts.length === 0
      ? undefined
      : new ArtifactStore(
          `${name}-artifacts`,
          {
            ...placement,
            ...args.artifactStore,
            ...(args.artifactStore?.uploadFrom && {
              fromSubnetIds: [machinesSubnetId, ...(args.artifactStore.fromSubnetIds ?? [])],
            }),
            artifacts,
            reader: { principalId: identity.principalId, clientId: identity.clientId },
          },
          { parent },
        );
  const program = (stored: string, published: WindowsHaClusterArgs["agent"]): PublishedFileArgs => {
    if (!artifactStore || published?.url !== undefined) return published as PublishedFileArgs;
    const artifact = artifactStore.artifacts.apply((all) => all[stored]!);
    return { url: artifact.url, sha256: artifact.sha256, identityClientId: identity.clientId };
  };
  return {
    artifact: program(args.service.name, args.service.artifact),
    agent: program(AGENT, args.agent),
    artifactStore,
  };
}

function uploadsOf({ service, agent }: WindowsHaClusterArgs): StoredArtifactArgs[] {
  const { name, version, artifact } = service;
  const program = artifact.path === undefined ? [] : [{ name, version, path: artifact.path }];
  if (agent?.url !== undefined) return program;
  const built = agentBinary({ os: "windows", arch: "amd64" });
  return [...program, { name: AGENT, version: built.version, path: agent?.path ?? built.file }];
}
