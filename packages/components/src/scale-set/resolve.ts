import {
  checkDisposableDisks,
  checkMachines,
  checkPassword,
  checkRepairs,
  completeMachines,
  DEFAULTS,
  MACHINE_IDENTITY_FIELD,
  MACHINES_FIELD,
  PLACEMENT,
  resolve,
  RESOURCE_ID,
  SCHEME,
  SUBNET_ID,
  type Fields,
  type Finding,
  type MachinesSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import type { HealthSpec } from "../common/machine-body";
import type { WindowsScaleSetArgs } from "./args";

/** What is known of a scale set when the program runs. */
export interface ScaleSetSpec extends MachinesSpec, HealthSpec {}

const text = { kind: "string", input: true, minLength: 1 } as const;

/** What a machine is connected to and what it runs, alone or in a scale set. */
export const MACHINE_ENVIRONMENT_FIELDS: Fields = {
  subnetId: { ...SUBNET_ID, required: true },
  backendPoolIds: { kind: "list", of: RESOURCE_ID, default: [] },
  // Azure's most of an interface.
  applicationSecurityGroupIds: { kind: "list", of: RESOURCE_ID, maxItems: 20, default: [] },
  networkSecurityGroupId: RESOURCE_ID,
  health: {
    kind: "object",
    required: true,
    fields: {
      port: { kind: "integer", required: true, minimum: 1, maximum: 65535 },
      path: {
        kind: "string",
        default: DEFAULTS.service.livenessPath,
        pattern: /^\/[^\s?#]*$/,
        allowed: 'a path such as "/health"',
      },
      reportsHealthState: { kind: "boolean", default: true },
      scheme: SCHEME,
    },
  },
  identity: MACHINE_IDENTITY_FIELD,
  install: {
    kind: "object",
    fields: {
      fileUris: { kind: "list", required: true, input: true, of: text },
      identityClientId: text,
      commandToExecute: { ...text, required: true, confidential: true },
    },
  },
  applicationVersionId: {
    ...text,
    pattern: /\/applications\/[^/]+\/versions\/\d+\.\d+\.\d+$/i,
    allowed: "the id of a version of a gallery's application; no latest: it would change machines unseen",
  },
  installSeconds: { kind: "integer", minimum: 0, maximum: 4800, default: 300 },
};

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...MACHINES_FIELD.fields,
    ...MACHINE_ENVIRONMENT_FIELDS,
  },
};

/** Two ways to install would install twice, each against the other. */
export function checkInstallSteps({
  install,
  applicationVersionId,
}: Pick<WindowsScaleSetArgs, "install" | "applicationVersionId">): Finding[] {
  if (install === undefined || applicationVersionId === undefined) return [];
  return [
    {
      rule: "install-steps",
      path: "applicationVersionId",
      seen: "given beside install",
      allowed: "one of the two",
      fix: "Remove install or applicationVersionId.",
    },
  ];
}

export function resolveScaleSet(name: string, args: WindowsScaleSetArgs): Resolved<ScaleSetSpec> {
  return resolve<ScaleSetSpec>(
    FIELD,
    args,
    (spec) => ({ ...spec, ...completeMachines(spec, name) }),
    (spec) => [
      ...checkMachines(spec, ""),
      ...checkInstallSteps(args),
      ...checkDisposableDisks(spec.dataDisks, "dataDisks"),
      ...checkRepairs(spec, spec.installSeconds, ""),
      ...checkPassword(args.adminPassword, "adminPassword"),
    ],
  );
}
