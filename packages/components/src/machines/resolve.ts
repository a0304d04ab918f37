import {
  AVAILABILITIES,
  checkMachine,
  checkPassword,
  completeMachine,
  DEFAULTS,
  MACHINE_FIELDS,
  MOST_SINGLE_MACHINES,
  PLACEMENT,
  resolve,
  type Finding,
  type MachineSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import type { HealthSpec } from "../common/machine-body";
import { MACHINE_ENVIRONMENT_FIELDS } from "../scale-set/resolve";
import type { WindowsMachinesArgs } from "./args";

/** What is known of single machines when the program runs. */
export interface MachinesSpec extends MachineSpec, HealthSpec {
  count: number;
  availability: string;
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
  },
};

export function resolveMachines(name: string, args: WindowsMachinesArgs): Resolved<MachinesSpec> {
  return resolve<MachinesSpec>(
    FIELD,
    args,
    (spec) => ({ ...spec, ...completeMachine(spec, name) }),
    (spec) => [
      ...checkMachine(spec, ""),
      ...checkAvailability(spec, args),
      ...checkPassword(args.adminPassword, "adminPassword"),
    ],
  );
}

function checkAvailability({ availability }: MachinesSpec, { zones }: WindowsMachinesArgs): Finding[] {
  if (availability === "zones" || zones === undefined) return [];
  return [
    {
      rule: "availability-zones",
      path: "zones",
      seen: `${JSON.stringify(zones)} with availability "availabilitySet"`,
      allowed: "nothing: an availability set lies in one datacenter, which Azure chooses",
      fix: 'Leave zones out, or take availability "zones".',
    },
  ];
}
