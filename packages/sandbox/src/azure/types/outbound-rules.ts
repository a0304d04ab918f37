import { armName, sameId } from "../arm-id";
import type { InputRule } from "../resource-type";
import { each } from "../rule-helpers";
import type { LoadBalancerInputs, OutboundRule } from "./load-balancer-rules";

const code = "InvalidParameter";
const PORTS_PER_ADDRESS = 64_000;

const values = each<LoadBalancerInputs, OutboundRule>(
  "outboundRules",
  ["protocol", "allocatedOutboundPorts", "idleTimeoutInMinutes", "frontendIPConfigurations", "backendAddressPool"],
  ({
    name,
    frontendIPConfigurations = [],
    backendAddressPool,
    allocatedOutboundPorts: ports,
    idleTimeoutInMinutes: idle,
  }) => [
    {
      property: "allocatedOutboundPorts",
      code,
      message:
        ports !== undefined &&
        (ports % 8 !== 0 || ports < 0 || ports > PORTS_PER_ADDRESS) &&
        `Outbound rule ${name} has ${ports} ports per machine; a multiple of 8 from 0 to ${PORTS_PER_ADDRESS} is allowed.`,
    },
    {
      property: "idleTimeoutInMinutes",
      code,
      message:
        idle !== undefined && (idle < 4 || idle > 120) && `An outbound idle timeout is 4 to 120 minutes, not ${idle}.`,
    },
    {
      property: "frontendIPConfigurations",
      code,
      message:
        frontendIPConfigurations.length === 0 &&
        `Outbound rule ${name} does not have a frontendIPConfiguration specified.`,
    },
    {
      property: "backendAddressPool",
      code,
      message: !backendAddressPool?.id && `Outbound rule ${name} does not have a backendAddressPool specified.`,
    },
  ],
);

/** A rule goes out by the balancer's own public front ends, for one of its pools. */
const references: InputRule<LoadBalancerInputs> = {
  reads: [
    "outboundRules[].frontendIPConfigurations",
    "outboundRules[].backendAddressPool",
    "frontendIPConfigurations[].publicIPAddress",
    "backendAddressPools[].name",
  ],
  check: ({ outboundRules = [], frontendIPConfigurations = [], backendAddressPools = [] }) =>
    outboundRules.flatMap((rule, index) => {
      const path = `outboundRules[${index}]`;
      const frontEnds = (rule.frontendIPConfigurations ?? []).flatMap(({ id }) => {
        const frontEnd = frontendIPConfigurations.find(({ name }) => sameId(name ?? "", armName(id ?? "")));
        if (!frontEnd) return missing(path, "frontendIPConfigurations", id, rule);
        if (frontEnd.publicIPAddress) return [];
        const message = `Outbound rule ${rule.name} needs public front ends; ${frontEnd.name} is internal.`;
        return [{ path: `${path}.frontendIPConfigurations`, code, message }];
      });
      const pool = rule.backendAddressPool?.id;
      const isThere = backendAddressPools.some(({ name }) => sameId(name ?? "", armName(pool ?? "")));
      return [...frontEnds, ...(pool === undefined || isThere ? [] : missing(path, "backendAddressPool", pool, rule))];
    }),
};

function missing(path: string, property: string, id: string | undefined, { name }: OutboundRule) {
  const message = `Resource ${id} referenced by outbound rule ${name} was not found.`;
  return [{ path: `${path}.${property}`, code: "InvalidResourceReference", message }];
}

/** A balancing rule that lends its address would hand out the same ports. */
const ownPorts: InputRule<LoadBalancerInputs> = {
  reads: [
    "outboundRules[].frontendIPConfigurations",
    "loadBalancingRules[].frontendIPConfiguration",
    "loadBalancingRules[].disableOutboundSnat",
  ],
  check: ({ outboundRules = [], loadBalancingRules = [] }) =>
    loadBalancingRules.flatMap(({ name, disableOutboundSnat, frontendIPConfiguration }, index) => {
      const frontEnd = armName(frontendIPConfiguration?.id ?? "");
      const shared = outboundRules.find((rule) =>
        rule.frontendIPConfigurations?.some(({ id }) => sameId(armName(id ?? ""), frontEnd)),
      );
      if (!shared || disableOutboundSnat) return [];
      const message = `Load balancing rule ${name} and outbound rule ${shared.name} use the same front end ${frontEnd}: the load balancing rule needs disableOutboundSnat true.`;
      return [{ path: `loadBalancingRules[${index}].disableOutboundSnat`, code, message }];
    }),
};

export const outboundRules = [values, references, ownPorts];
