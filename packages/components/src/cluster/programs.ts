import { agentBinary } from "@windows-ha/agent";
import { PRIVATE_DNS_ZONES, type ClusterSpec, type Finding, type ImageSpec, type Resolved } from "@windows-ha/spec";
import { ArtifactStore, type ArtifactStoreArgs, type StoredArtifactArgs } from "../artifact-store";
import { readAgentFile } from "../artifact-store/agent-file";
import { readProgramFile } from "../artifact-store/program-file";
import type { PlacementArgs } from "../common/placement";
import { readServerAgent } from "../consul/agent-program";
import type { PublishedFileArgs } from "../service-install";
import type { ClusterIdentityArgs, WindowsHaClusterArgs } from "./args";
import type { Networking } from "./networking";
import { storeAccess } from "./store-access";
import type { WindowsHaCluster } from "./windows-ha-cluster";

/** The programs of a cluster as its machines download them. */
export interface ClusterPrograms {
  artifact: PublishedFileArgs;
  /** Undefined where it goes into a package, from which machines get it. */
  agent: PublishedFileArgs | undefined;
  /** Keeps what was given as a file, and packages; undefined when everything is published already. */
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
  const { service, agent, consul } = (args ?? {}) as Partial<WindowsHaClusterArgs>;
  const paths = [
    { path: service?.artifact?.path, at: "service.artifact.path" },
    { path: agent?.path, at: "agent.path" },
  ];
  const given = paths.flatMap(({ path, at }) => (isText(path) ? readProgramFile(path, at, image).findings : []));
  return [
    ...given,
    ...(agent === undefined ? readAgentFile(undefined, "agent", image).findings : []),
    ...(hasServers(consul) && consul?.agent?.url === undefined
      ? readServerAgent(isText(consul?.agent?.path) ? consul.agent.path : undefined, "consul.agent").findings
      : []),
  ];
}

function hasServers(consul: WindowsHaClusterArgs["consul"]): boolean {
  return typeof consul === "object" && consul?.enabled !== false && !consul?.existing;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Uploads what was given as a file, and hands on the rest as it is. */
export function createPrograms(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  { install: { transport } }: ClusterSpec,
  { identity, networking }: { identity: ClusterIdentityArgs; networking: Networking },
  parent: WindowsHaCluster,
): ClusterPrograms {
  const isPackaged = transport === "vmApplication";
  const artifacts = [...programOf(args), ...(isPackaged ? [] : agentOf(args))];
  const artifactStore =
    artifacts.length === 0 && !isPackaged
      ? undefined
      : new ArtifactStore(
          `${name}-artifacts`,
          {
            ...placement,
            ...storeSettings(args, networking),
            artifacts,
            ...(artifacts.length === 0
              ? {}
              : { reader: { principalId: identity.principalId, clientId: identity.clientId } }),
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
    agent: isPackaged ? undefined : program(AGENT, args.agent),
    artifactStore,
  };
}

/** How the store is kept, and the way from the machines to it. */
function storeSettings(
  { artifactStore = {}, network }: WindowsHaClusterArgs,
  networking: Networking,
): Omit<ArtifactStoreArgs, "resourceGroupName" | "artifacts" | "reader"> {
  const { private: isPrivate, privateDnsZoneId: _, ...settings } = artifactStore;
  if (isPrivate) {
    return { ...settings, private: storeAccess(PRIVATE_DNS_ZONES.blob, artifactStore, network, networking) };
  }
  if (!settings.uploadFrom) return settings;
  return { ...settings, fromSubnetIds: [networking.machines.subnetId, ...(settings.fromSubnetIds ?? [])] };
}

function programOf({ service }: WindowsHaClusterArgs): StoredArtifactArgs[] {
  const { name, version, artifact, mode = "service" } = service;
  return artifact?.path === undefined ? [] : [{ name, version, path: artifact.path, mode }];
}

function agentOf({ agent }: WindowsHaClusterArgs): StoredArtifactArgs[] {
  if (agent?.url !== undefined) return [];
  const built = agentBinary({ os: "windows", arch: "amd64" });
  return [{ name: AGENT, version: built.version, path: agent?.path ?? built.file }];
}
