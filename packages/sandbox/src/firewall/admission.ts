import { evaluate, type Flow, type Verdict } from "@windows-ha/spec";
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
    return { by: `${id.split("/").at(-1)}/${verdict.rule}`, access: verdict.access };
  });
  return verdicts.find((verdict) => verdict.access === "Deny") ?? verdicts.at(-1)!;
}
