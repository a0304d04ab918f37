import type { Finding } from "./finding";
import type { FrontEndSpec, LoadBalancerSpec } from "./load-balancer";

const found = (path: string, seen: string, allowed: string, fix: string): Finding[] => [
  { rule: "ha-ports", path, seen, allowed, fix },
];

/** A rule for all ports is alone on an internal front end; a public one can't have it. */
export function checkHaPorts(
  { haPorts, internal, public: isPublic, ports }: LoadBalancerSpec,
  prefix: string,
): Finding[] {
  if (haPorts && !internal) return withoutInternalAddress(prefix);
  const needsPorts = isPublic || !haPorts;
  if (needsPorts && ports.length === 0) {
    return found(
      `${prefix}ports`,
      "no port",
      "at least one port, or haPorts on an internal address",
      "Name the ports that clients connect to.",
    );
  }
  if (!needsPorts && ports.length > 0) {
    return found(
      `${prefix}ports`,
      `${ports.length} ports beside haPorts`,
      "no ports: haPorts balances all of them",
      "Leave ports out, or haPorts.",
    );
  }
  return [];
}

function withoutInternalAddress(prefix: string): Finding[] {
  return found(
    `${prefix}haPorts`,
    "true, without an internal address",
    "all ports on an internal address only",
    `Set ${prefix}internal to true, or name the ports.`,
  );
}

/**
 * In a cluster the named ports are what the firewall lets through. Where the internal address is the only one, nothing
 * translates them: a rule for all ports leads each to the same port of a machine.
 */
export function checkClusterHaPorts(
  { haPorts, internal, public: isPublic, port, ports }: FrontEndSpec & { port: number },
  servicePort: number,
  prefix: string,
): Finding[] {
  if (!haPorts) return [];
  if (!internal) return withoutInternalAddress(prefix);
  if (isPublic) return [];
  const pairs = [
    { path: `${prefix}port`, from: port, to: servicePort },
    ...ports.map((item, index) => ({
      path: `${prefix}ports[${index}].backendPort`,
      from: item.port,
      to: item.backendPort,
    })),
  ];
  return pairs.flatMap(({ path, from, to }) =>
    from === to
      ? []
      : found(
          path,
          `${from} for clients and ${to} on the machines`,
          "the same port on both sides: haPorts translates none",
          `Leave ${path} out, or ${prefix}haPorts.`,
        ),
  );
}
