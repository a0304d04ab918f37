import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentBinaryChanged, AgentBinaryMissing } from "./errors";
import { installedAgent, versionOf } from "./installed";
import type { AgentPlatform } from "./platform";

/** A built agent on this computer. */
export interface AgentBinary {
  /** Absolute path of the program. */
  file: string;
  /** SHA-256 of the program, lower-case hex. */
  sha256: string;
  /** Semantic version: the package's own. */
  version: string;
}

const ROOT = join(__dirname, "..");

/**
 * The agent for a platform: in a checkout the one that was built last, else that of the platform's npm package, which
 * must be the published one to the byte.
 *
 * @throws {@link AgentBinaryMissing} when it hasn't been built, or its package isn't installed
 * @throws {@link AgentBinaryChanged} when the installed program isn't the published one
 */
export function agentBinary(platform: AgentPlatform): AgentBinary {
  const { os, arch } = platform;
  const version = versionOf(join(ROOT, "package.json"));
  const built = join(ROOT, "bin", `${os}-${arch}`, os === "windows" ? "windows-ha-agent.exe" : "windows-ha-agent");
  if (existsSync(built)) return { file: built, sha256: hashOf(built), version };

  const installed = installedAgent(platform, version);
  if (!installed) throw new AgentBinaryMissing(built, platform, howToBuild(platform));
  const { file, published } = installed;
  const sha256 = hashOf(file);
  if (sha256 === published.sha256) return { file, sha256, version };
  throw new AgentBinaryChanged(file, { sha256, version: installed.version }, published);
}

function howToBuild({ os, arch }: AgentPlatform): string {
  return (
    "Build it in a checkout of windows-ha, with Go 1.26 or newer: " + `node packages/agent/build.mjs ${os}-${arch}`
  );
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
