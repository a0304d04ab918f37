import {
  checkArtifactSource,
  checkHosts,
  checkPublishedSecrets,
  checkService,
  HOST_INSTALL_FIELD,
  resolve,
  type Finding,
  type HostInstallSpec,
  type Resolved,
} from "@windows-ha/spec";
import { readAgentFile } from "../artifact-store/agent-file";
import { readProgramFile, type ProgramFile } from "../artifact-store/program-file";
import type { HostInstallArgs } from "./args";

/** What is known of an installation on hosts when the program runs. */
export interface HostInstallation extends HostInstallSpec {
  agent: ProgramFile;
  /** The service's program, where it is copied. */
  program: ProgramFile | undefined;
}

export function resolveHostInstall(args: HostInstallArgs): Resolved<HostInstallation> {
  const resolved = resolve<HostInstallSpec>(
    HOST_INSTALL_FIELD,
    args,
    (spec) => spec,
    (spec) => [
      ...checkHosts(spec),
      ...checkService(spec.service, spec.probe),
      ...checkPublishedSecrets(spec.service),
      ...checkArtifactSource(args.service.artifact, "service.artifact"),
    ],
  );
  const { agent, program, findings } = readFiles(args ?? {});
  if (!resolved.spec || findings.length > 0) {
    return { spec: undefined, findings: [...resolved.findings, ...findings] };
  }
  return { spec: { ...resolved.spec, agent: agent!, program }, findings: [] };
}

/** Arguments that haven't the right shape have their own findings. */
function readFiles({ service, agentPath }: Partial<HostInstallArgs>): {
  agent?: ProgramFile;
  program?: ProgramFile;
  findings: Finding[];
} {
  const path = service?.artifact?.path;
  const program = isText(path)
    ? readProgramFile(path, "service.artifact.path", undefined, service?.mode)
    : { findings: [] };
  const agent = readAgentFile(isText(agentPath) ? agentPath : undefined, "agentPath");
  return {
    agent: agent.program,
    program: program.program,
    findings: [...program.findings, ...agent.findings],
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
