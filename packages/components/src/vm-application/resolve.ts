import {
  checkConsulClient,
  checkPublishedSecrets,
  checkPublishedSource,
  checkService,
  CONSUL_CLIENT_FIELD,
  PLACEMENT,
  PROBE_FIELD,
  resolve,
  SERVICE_FIELD,
  VM_APPLICATION_SETTINGS,
  whenGiven,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { readProgramFile, type ProgramFile } from "../artifact-store/program-file";
import type { ServiceInstallSpec } from "../service-install/document";
import type { VmApplicationArgs } from "./args";

/** What is known of a VM Application when the program runs. */
export interface VmApplicationSpec extends ServiceInstallSpec {
  agent: ProgramFile;
  attempt: number;
  redundancy: string;
}

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    service: SERVICE_FIELD,
    agentPath: { kind: "string", required: true, minLength: 1, maxLength: 1024 },
    storageAccountName: { kind: "string", required: true, input: true, minLength: 3, maxLength: 24 },
    probe: PROBE_FIELD,
    consul: whenGiven(() => CONSUL_CLIENT_FIELD),
    publishAfter: { kind: "list", input: true, of: { kind: "string", input: true }, default: [] },
    ...VM_APPLICATION_SETTINGS,
  },
};

export function resolveVmApplication(args: VmApplicationArgs): Resolved<VmApplicationSpec> {
  const resolved = resolve<Omit<VmApplicationSpec, "agent">>(
    FIELD,
    args,
    (spec) => spec,
    ({ service, probe, consul }) => [
      ...checkService(service, probe),
      ...checkPublishedSecrets(service),
      ...checkPublishedSource(args.service.artifact, "service.artifact"),
      ...(consul ? checkConsulClient(service, consul, "consul.") : []),
    ],
  );
  if (!resolved.spec) return resolved;
  const { program, findings } = readProgramFile(args.agentPath, "agentPath");
  return program ? { spec: { ...resolved.spec, agent: program }, findings: [] } : { spec: undefined, findings };
}
