/** A platform that the agent is built for, in Go's words. */
export interface AgentPlatform {
  os: "windows" | "linux";
  arch: "amd64" | "arm64";
}

/** The platforms that an agent can be built for: Windows machines, and Linux for the sandbox and Consul servers. */
export const AGENT_PLATFORMS: readonly AgentPlatform[] = [
  { os: "windows", arch: "amd64" },
  { os: "windows", arch: "arm64" },
  { os: "linux", arch: "amd64" },
  { os: "linux", arch: "arm64" },
];
