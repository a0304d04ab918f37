import type { AgentPlatform } from "./platform";

/** There is no agent for the platform: not built in a checkout, or its package isn't installed. */
export class AgentBinaryMissing extends Error {
  override readonly name = "AgentBinaryMissing";

  constructor(
    /** Where the agent should lie: a file in a checkout, else the name of its package. */
    readonly file: string,
    readonly platform: AgentPlatform,
    fix: string,
  ) {
    super(`There is no windows-ha-agent for ${platform.os}/${platform.arch} at ${file}. ${fix}`);
  }
}

/** The installed agent isn't the program that this version of `@windows-ha/agent` was published with. */
export class AgentBinaryChanged extends Error {
  override readonly name = "AgentBinaryChanged";

  constructor(
    readonly file: string,
    readonly seen: { sha256: string; version: string },
    readonly allowed: { sha256: string; version: string },
  ) {
    const cause =
      seen.version === allowed.version
        ? "something changed or shortened it after the installation"
        : `its package is of version ${seen.version}, @windows-ha/agent of ${allowed.version}`;
    super(
      `${file} has the SHA-256 ${seen.sha256}; allowed is ${allowed.sha256} of version ${allowed.version}: ${cause}. ` +
        "No machine gets it. Delete node_modules and run `npm ci`; an override of its version in package.json has to go",
    );
  }
}
