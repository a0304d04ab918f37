import { AgentBinaryMissing, agentBinary } from "@windows-ha/agent";
import type { Finding, ImageSpec } from "@windows-ha/spec";
import { readProgramFile, type ProgramFile } from "./program-file";

/**
 * The agent that goes to Windows machines.
 *
 * @param path of an agent of one's own; without it, the built one of `@windows-ha/agent`
 * @param at the argument that names it, for findings
 */
export function readAgentFile(
  path: string | undefined,
  at: string,
  image?: ImageSpec,
): { program?: ProgramFile; findings: Finding[] } {
  try {
    return readProgramFile(path ?? agentBinary({ os: "windows", arch: "amd64" }).file, at, image);
  } catch (error) {
    if (!(error instanceof AgentBinaryMissing)) throw error;
    return {
      findings: [
        {
          rule: "artifact-missing",
          path: at,
          seen: `missing, and so is the built one (${error.file})`,
          allowed: "an installed @windows-ha/agent that has its programs, or an agent of your own",
          fix: `Install @windows-ha/agent from a registry, build it in a checkout, or give ${at}.`,
        },
      ],
    };
  }
}
