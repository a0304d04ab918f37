import type { AgentArtifact, AgentSpec } from "@windows-ha/spec";
import { artifactUrl, type SandboxSettings } from "../layout";
import { hostBuildUrl, isBlobUrl } from "../storage";
import type { HostPlatform } from "./host-platform";

/**
 * The AgentSpec that a sandbox machine gets: the declared one, and for each Windows build the entry of its host build
 * (allowed difference `host-artifact`).
 */
export function renderHostSpec(
  spec: AgentSpec,
  settings: Pick<SandboxSettings, "block" | "artifacts">,
  host: HostPlatform,
): AgentSpec {
  const hostArtifacts = windowsArtifacts(spec).flatMap((artifact): AgentArtifact[] => {
    const published = settings.artifacts[artifact.sha256];
    if (!published) return [];
    const { host: build } = published;
    // As private as the Windows build, so that a machine without the role gets neither.
    const url = isBlobUrl(artifact.url)
      ? hostBuildUrl(artifact.url)
      : artifactUrl(settings.block, build.sha256, build.fileName);
    return [{ ...artifact, ...host, url, sha256: build.sha256 }];
  });
  return { ...spec, artifacts: [...spec.artifacts, ...hostArtifacts] };
}

export function windowsArtifacts(spec: AgentSpec): AgentArtifact[] {
  return spec.artifacts.filter((artifact) => artifact.os === "windows");
}
