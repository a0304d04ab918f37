import {
  AVAILABILITIES,
  checkAvailability,
  checkMachine,
  checkPassword,
  completeMachine,
  DEFAULTS,
  MACHINE_FIELDS,
  MACHINE_TRANSPORTS,
  MOST_SINGLE_MACHINES,
  PLACEMENT,
  resolve,
  type MachineSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import type { HealthSpec } from "../common/machine-body";
import { checkInstallSteps, MACHINE_ENVIRONMENT_FIELDS } from "../scale-set/resolve";
import type { WindowsMachinesArgs } from "./args";

/** What is known of single machines when the program runs. */
export interface MachinesSpec extends MachineSpec, HealthSpec {
  count: number;
  availability: string;
  transport: (typeof MACHINE_TRANSPORTS)[number];
}

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...MACHINE_FIELDS,
    ...MACHINE_ENVIRONMENT_FIELDS,
    count: { kind: "integer", minimum: 1, maximum: MOST_SINGLE_MACHINES, default: DEFAULTS.machines.count },
    availability: { kind: "string", oneOf: AVAILABILITIES, default: "zones" },
    transport: { kind: "string", oneOf: MACHINE_TRANSPORTS, default: "runCommand" },
  },
};

export function resolveMachines(name: string, args: WindowsMachinesArgs): Resolved<MachinesSpec> {
  return resolve<MachinesSpec>(
    FIELD,
    args,
    (spec) => ({ ...spec, ...completeMachine(spec, name) }),
    (spec) => [
      ...checkMachine(spec, ""),
      ...checkInstallSteps(args),
      ...checkAvailability(spec.availability, args.zones, ""),
      ...checkPassword(args.adminPassword, "adminPassword"),
    ],
  );
}
