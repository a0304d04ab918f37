import { DEFAULT_INBOUND_RULES, evaluate, type Flow, type Verdict } from "@windows-ha/spec";
import type { NetworkView } from "./network-view";

/** A machine's network interface, as its scale set declares it. */
export interface NetworkInterface {
  /** ARM ids of the back-end pools that it belongs to. */
  pools: string[];
  /** ARM id of its own network security group. */
  networkSecurityGroup?: string;
  /** ARM ids of the application security groups that it joins. */
  applicationSecurityGroups?: string[];
  /** ARM id of its subnet. */
  subnet?: string;
}

export interface Admission {
  /** What decided: `<network security group>/<rule>`, or why there was nothing to decide. */
  by: string;
  access: Verdict["access"];
  /** The rule that decided, where there was a network security group. */
  rule?: DecidingRule;
}

export interface DecidingRule {
  /** ARM id of the network security group. */
  securityGroup: string;
  name: string;
  /** One of those that Azure gives every group. */
  isDefault: boolean;
}

/** A flow that didn't reach a machine's interface, with the addresses that it would have in Azure. */
export interface RefusedFlow {
  /** Milliseconds since 1970. */
  at: number;
  machine: string;
  /** ARM id of the interface's subnet. */
  subnet: string | undefined;
  flow: Pick<Flow, "protocol" | "source" | "sourcePort" | "destination" | "destinationPort">;
  by: string;
  rule: DecidingRule | undefined;
}

/**
 * Whether a flow reaches a machine's interface: the subnet's group and the interface's own must both allow it.
 *
 * Without any group a flow from a public front end is refused (Standard balancers and public addresses are closed
 * until a group opens them); inside the network it passes.
 */
export function admit(
  network: NetworkView,
  nic: NetworkInterface,
  flow: Omit<Flow, "virtualNetwork" | "destinationGroups">,
  frontEnd: "public" | "internal",
): Admission {
  const subnet = network.subnet(nic.subnet);
  const groups = [subnet.networkSecurityGroup, nic.networkSecurityGroup].filter((id) => id !== undefined);
  if (groups.length === 0) {
    return frontEnd === "public"
      ? { by: "no network security group (a Standard public front end is closed without one)", access: "Deny" }
      : { by: "no network security group", access: "Allow" };
  }
  const { virtualNetwork } = subnet;
  const destinationGroups = (nic.applicationSecurityGroups ?? []).map((id) => id.toLowerCase());
  const verdicts = groups.map((id) => {
    const verdict = evaluate(network.inboundRules(id), { ...flow, destinationGroups, virtualNetwork });
    const isDefault = DEFAULT_INBOUND_RULES.some(({ name }) => name === verdict.rule);
    return {
      by: `${id.split("/").at(-1)}/${verdict.rule}`,
      access: verdict.access,
      rule: { securityGroup: id, name: verdict.rule, isDefault },
    };
  });
  return verdicts.find((verdict) => verdict.access === "Deny") ?? verdicts.at(-1)!;
}
