import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AgentBinaryMissing } from "./errors";
import type { AgentPlatform } from "./platform";

/** Written by `prepack.mjs`: a checkout has none. */
const MANIFEST = join(__dirname, "manifest.json");

/** The agent for a platform as npm installed it, and as it was published. */
export interface InstalledAgent {
  file: string;
  /** The version of the platform's package: the locator's own, unless somebody overrode it. */
  version: string;
  published: { sha256: string; version: string };
}

/**
 * @returns undefined in a checkout, whose agent nobody has published
 * @throws {@link AgentBinaryMissing} when the platform's package isn't installed
 */
export function installedAgent(platform: AgentPlatform, version: string): InstalledAgent | undefined {
  const sha256 = publishedHash(platform);
  if (sha256 === undefined) return undefined;
  const packageName = `@windows-ha/agent-${platform.os}-${platform.arch}`;
  let manifest: string;
  try {
    manifest = require.resolve(`${packageName}/package.json`);
  } catch {
    throw new AgentBinaryMissing(packageName, platform, howToInstall(platform, packageName, version));
  }
  const file = join(dirname(manifest), "bin", platform.os === "windows" ? "windows-ha-agent.exe" : "windows-ha-agent");
  if (!existsSync(file)) {
    throw new AgentBinaryMissing(
      file,
      platform,
      "Its package is installed without its program, which an antivirus may have taken away: exclude the folder, " +
        "delete node_modules and run `npm ci`",
    );
  }
  return { file, version: versionOf(manifest), published: { sha256, version } };
}

function publishedHash({ os, arch }: AgentPlatform): string | undefined {
  if (!existsSync(MANIFEST)) return undefined;
  const { sha256 } = JSON.parse(readFileSync(MANIFEST, "utf8")) as { sha256: Record<string, string> };
  return sha256[`${os}-${arch}`];
}

function howToInstall({ os, arch }: AgentPlatform, packageName: string, version: string): string {
  const package_ = `Its package ${packageName} ${version} isn't installed`;
  const isEverywhere = os === "windows" || arch === "amd64";
  if (isEverywhere) return `${package_}: run \`npm install\` again, which brings it with @windows-ha/agent`;
  if (process.platform !== os || process.arch !== arch) {
    return `${package_}: npm brings it on ${os} ${arch} only, and this is ${process.platform} ${process.arch}`;
  }
  return (
    `${package_}: npm leaves it out with \`--omit=optional\`, also from NPM_CONFIG_OMIT and .npmrc, and where ` +
    "package-lock.json was written on another platform without it. Run `npm install --include=optional`; " +
    "if it is still missing, delete node_modules and package-lock.json first"
  );
}

export function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
