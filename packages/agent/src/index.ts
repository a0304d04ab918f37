import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A platform that the agent is built for, in Go's words. */
export interface AgentPlatform {
  os: "windows" | "linux";
  arch: "amd64" | "arm64";
}

/** A built agent on this computer. */
export interface AgentBinary {
  /** Absolute path of the program. */
  file: string;
  /** SHA-256 of the program, lower-case hex. */
  sha256: string;
  /** Semantic version: the package's own. */
  version: string;
}

/** The platforms that an agent can be built for: Windows machines, and Linux for the sandbox and Consul servers. */
export const AGENT_PLATFORMS: readonly AgentPlatform[] = [
  { os: "windows", arch: "amd64" },
  { os: "windows", arch: "arm64" },
  { os: "linux", arch: "amd64" },
  { os: "linux", arch: "arm64" },
];

/** No agent has been built for the platform. */
export class AgentBinaryMissing extends Error {
  override readonly name = "AgentBinaryMissing";

  constructor(
    /** Where the agent should lie. */
    readonly file: string,
    readonly platform: AgentPlatform,
  ) {
    super(
      `There is no windows-ha-agent for ${platform.os}/${platform.arch} at ${file}. ` +
        "Build it in a checkout of windows-ha, with Go 1.26 or newer: " +
        `node packages/agent/build.mjs ${platform.os}-${platform.arch}`,
    );
  }
}

const BIN = join(__dirname, "..", "bin");

/**
 * The agent for a platform, with the hash of what lies there now.
 *
 * @throws {@link AgentBinaryMissing} when it hasn't been built
 */
export function agentBinary(platform: AgentPlatform): AgentBinary {
  const { os, arch } = platform;
  const file = join(BIN, `${os}-${arch}`, os === "windows" ? "windows-ha-agent.exe" : "windows-ha-agent");
  try {
    return { file, sha256: createHash("sha256").update(readFileSync(file)).digest("hex"), version: ownVersion() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new AgentBinaryMissing(file, platform);
    throw error;
  }
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as { version: string };
  return version;
}
