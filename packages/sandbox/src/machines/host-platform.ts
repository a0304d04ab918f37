import type { AgentArtifact } from "@windows-ha/spec";

const ARCHITECTURES: Readonly<Record<string, AgentArtifact["arch"]>> = { x64: "amd64", arm64: "arm64" };

/** This computer as an artifact's platform. */
export interface HostPlatform {
  os: "linux";
  arch: AgentArtifact["arch"];
}

/** `undefined` where machines can't run: they are Linux processes with addresses in 127.0.0.0/8. */
export function hostPlatform(
  platform: string = process.platform,
  arch: string = process.arch,
): HostPlatform | undefined {
  const known = ARCHITECTURES[arch];
  return platform === "linux" && known ? { os: "linux", arch: known } : undefined;
}

/** @throws Error where machines can't run. */
export function requireHost(): HostPlatform {
  const host = hostPlatform();
  if (host) return host;
  throw new Error(`machines run on Linux and WSL 2 (x64, arm64); this is ${process.platform} ${process.arch}`);
}
