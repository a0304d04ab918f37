import {
  checkMachines,
  checkPassword,
  completeMachines,
  DEFAULTS,
  MACHINES_FIELD,
  PLACEMENT,
  resolve,
  type MachinesSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import type { WindowsScaleSetArgs } from "./args";

/** What is known of a scale set when the program runs. */
export interface ScaleSetSpec extends MachinesSpec {
  health: { port: number; path: string; reportsHealthState: boolean };
  installSeconds: number;
}

const text = { kind: "string", input: true, minLength: 1 } as const;

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...MACHINES_FIELD.fields,
    subnetId: { ...text, required: true },
    backendPoolIds: { kind: "list", of: text, default: [] },
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
      },
    },
    install: {
      kind: "object",
      fields: {
        fileUris: { kind: "list", required: true, input: true, of: text },
        commandToExecute: { ...text, required: true, confidential: true },
      },
    },
    installSeconds: { kind: "integer", minimum: 0, maximum: 4800, default: 300 },
  },
};

export function resolveScaleSet(name: string, args: WindowsScaleSetArgs): Resolved<ScaleSetSpec> {
  return resolve<ScaleSetSpec>(
    FIELD,
    args,
    (spec) => ({ ...spec, ...completeMachines(spec, name) }),
    (spec) => [...checkMachines(spec, ""), ...checkPassword(args.adminPassword, "adminPassword")],
  );
}
