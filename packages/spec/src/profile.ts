import { DEFAULTS } from "./defaults";
import { isDeferred, isResource } from "./deferred";
import type { Fields, ListField, NumberField, ObjectField } from "./shape";

/** What a cluster is for: to go on whatever fails, or to be cheap. */
export const PROFILES = ["highlyAvailable", "single"] as const;

/** What whoever deploys one machine is told each time. */
export const SINGLE_PROFILE_WARNING =
  'Profile "single" is one machine and not highly available: every update of the service, every restart of Windows for ' +
  "security updates and every fault is an outage, and there is nothing to switch to. Leave profile out for a cluster " +
  "that goes on.";

type Plain = Readonly<Record<string, unknown>>;

/** The arguments with what the profile, and a region without zones, take instead of the defaults; what was given stays. */
export function applyProfile<Args>(args: Args): Args {
  if (!isPlain(args)) return args;
  const given = args["machines"];
  const isZoneless = isPlain(given) && given["availability"] === "availabilitySet";
  const placed = (isZoneless ? beneath(DEFAULTS.zoneless, args) : args) as Args & Plain;
  if (placed["profile"] !== "single") return placed;
  const { machines, ...others } = DEFAULTS.single;
  const { zones, ...zoneless } = machines;
  return beneath({ ...others, machines: isZoneless ? zoneless : { ...zoneless, zones } }, placed) as Args;
}

/** `defaults` wherever `given` says nothing. Values of another kind, such as Outputs, stay for the checks to find. */
function beneath(defaults: Plain, given: unknown): unknown {
  if (!isPlain(given)) return given;
  const filled = Object.entries(defaults).map(([name, value]) => [
    name,
    isPlain(value) ? beneath(value, given[name] ?? {}) : (given[name] ?? value),
  ]);
  return { ...given, ...(Object.fromEntries(filled) as Plain) };
}

function isPlain(value: unknown): value is Plain {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !isDeferred(value) && !isResource(value)
  );
}

const FIX = 'or leave profile out: "highlyAvailable" has several machines.';

/** The arguments of a cluster with one machine: `cluster` without room for more. */
export function singleField(cluster: ObjectField): ObjectField {
  const machines = cluster.fields["machines"] as ObjectField;
  const { minimumActive: _, ...fields } = machines.fields;
  return {
    ...cluster,
    fields: {
      ...cluster.fields,
      compute: { kind: "string", oneOf: [DEFAULTS.single.compute], fix: `Leave compute out, ${FIX}` },
      machines: {
        ...machines,
        refused: {
          ...machines.refused,
          minimumActive: `Nothing stays active while the only machine is updated. Leave machines.minimumActive out, ${FIX}`,
        },
        fields: { ...fields, ...narrowed(fields) },
      },
    },
  };
}

function narrowed({ count, zones }: Fields): Fields {
  return {
    count: {
      ...(count as NumberField),
      minimum: 1,
      maximum: DEFAULTS.single.machines.count,
      allowed: '1 with profile "single"',
      fix: `Leave machines.count out, ${FIX}`,
    },
    zones: {
      ...(zones as ListField),
      maxItems: DEFAULTS.single.machines.zones.length,
      allowed: 'a list of one zone with profile "single", such as ["1"]',
      fix: `Name one zone, ${FIX}`,
    },
  };
}
