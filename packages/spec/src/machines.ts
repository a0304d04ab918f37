import { checkDisposableDisks } from "./data-disks";
import type { Finding } from "./finding";
import type { MachinesSpec } from "./scale-set";

/** What the machines of a cluster are for Azure. */
export const COMPUTES = ["scaleSet", "machines"] as const;
/** How single machines are kept apart. */
export const AVAILABILITIES = ["zones", "availabilitySet"] as const;

/** How a service gets on single machines. */
export const MACHINE_TRANSPORTS = ["runCommand", "customScript"] as const;

/**
 * More machines are a scale set's work: single ones are created and updated one after the other, so that an update of
 * ten takes ten times as long as that of one.
 */
export const MOST_SINGLE_MACHINES = 10;

/** Arguments that only a scale set has. */
const SCALE_SET_ONLY = ["zoneRebalance", "upgrade", "repairs", "terminateNotification", "autoscale"] as const;

/** Zones and an availability set exclude each other; `zones` is what was said, before the defaults. */
export function checkAvailability(availability: unknown, zones: unknown, prefix: string): Finding[] {
  if (availability !== "availabilitySet" || zones === undefined || zones === null) return [];
  return [
    {
      rule: "availability-zones",
      path: `${prefix}zones`,
      seen: `${JSON.stringify(zones)} with availability "availabilitySet"`,
      allowed: "nothing: an availability set lies in one datacenter, which Azure chooses",
      fix: `Leave ${prefix}zones out, or take availability "zones".`,
    },
  ];
}

/** What a cluster's arguments say about its machines that doesn't go with the compute that was chosen. */
export function checkCompute(
  {
    compute,
    profile,
    machines,
  }: { compute: string; profile: string; machines: Pick<MachinesSpec, "count" | "dataDisks"> },
  given: Readonly<Record<string, unknown>>,
): Finding[] {
  if (compute === "scaleSet") {
    const findings = checkDisposableDisks(machines.dataDisks, "machines.dataDisks");
    if ((given["availability"] ?? undefined) === undefined) return findings;
    return [
      ...findings,
      {
        rule: "compute",
        path: "machines.availability",
        seen: JSON.stringify(given["availability"]),
        allowed: 'nothing with compute "scaleSet", which spreads its machines over the zones',
        fix: 'Leave machines.availability out, or set compute to "machines".',
      },
    ];
  }
  const findings = SCALE_SET_ONLY.filter((name) => (given[name] ?? undefined) !== undefined).map((name): Finding => ({
    rule: "compute",
    path: `machines.${name}`,
    seen: "given",
    allowed: 'nothing with compute "machines": Azure does this for scale sets only',
    fix: `Leave machines.${name} out, or ${profile === "single" ? "leave profile out" : 'take compute "scaleSet"'}.`,
  }));
  findings.push(...checkAvailability(given["availability"], given["zones"], "machines."));
  if (machines.count > MOST_SINGLE_MACHINES) {
    findings.push({
      rule: "compute",
      path: "machines.count",
      seen: `${machines.count}`,
      allowed: `at most ${MOST_SINGLE_MACHINES} with compute "machines", which are updated one after the other`,
      fix: 'Take compute "scaleSet".',
    });
  }
  return findings;
}
