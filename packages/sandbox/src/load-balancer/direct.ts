import type { Socket } from "node:net";
import {
  admit,
  clientInSubnet,
  INTERNET_CLIENT,
  machineInSubnet,
  type NetworkView,
  type RefusedFlow,
} from "../firewall";
import { poolInterface, type BackEndMachine } from "./back-end";
import { choose } from "./distribution";
import type { BalancingRule } from "./rules";

/** What happens with a new flow. */
export type Direction =
  | { to: BackEndMachine }
  /** Reset: there is nobody to answer it. */
  | { refused: string }
  /** Dropped: a firewall rule says so. */
  | { dropped: RefusedFlow };

/** Decides where a new flow goes: over the machines that are up, then through the chosen machine's firewall. */
export function direct(
  client: Pick<Socket, "remoteAddress" | "remotePort">,
  rule: BalancingRule,
  machines: readonly BackEndMachine[],
  network: NetworkView,
  isUp: (machine: BackEndMachine) => boolean,
): Direction {
  const { remoteAddress: source = "", remotePort: sourcePort = 0 } = client;
  const tuple = { source, sourcePort, destination: rule.frontEnd.address, destinationPort: rule.frontEnd.port };
  const members = machines.filter((machine) => poolInterface(machine, rule.pools));
  const to = choose(rule.distribution(tuple), members.filter(isUp), (machine) => machine.name);
  if (!to) return { refused: `none of its ${members.length} back ends is up` };

  const nic = poolInterface(to, rule.pools)!;
  const flow = {
    protocol: "Tcp" as const,
    source: sourceInAzure(source, rule, machines, network, nic.subnet),
    sourceGroups: sourceGroups(source, rule, machines),
    sourcePort,
    destination: machineInSubnet(network.subnet(nic.subnet).prefix, to.address),
    destinationPort: rule.backEndPort,
  };
  const admission = admit(network, nic, flow, rule.frontEnd.kind);
  if (admission.access === "Allow") return { to };
  const { by, rule: decided } = admission;
  return { dropped: { at: Date.now(), machine: to.name, subnet: nic.subnet, flow, by, rule: decided } };
}

/** The application security groups of a client that is a machine itself and comes by its private address. */
function sourceGroups(remoteAddress: string, rule: BalancingRule, machines: readonly BackEndMachine[]): string[] {
  if (rule.frontEnd.kind === "public") return [];
  const machine = machines.find((candidate) => candidate.address === remoteAddress);
  return (machine?.interfaces ?? [])
    .flatMap((nic) => nic.applicationSecurityGroups ?? [])
    .map((id) => id.toLowerCase());
}

/** The address that the client would have in Azure. */
function sourceInAzure(
  remoteAddress: string,
  rule: BalancingRule,
  machines: readonly BackEndMachine[],
  network: NetworkView,
  backEndSubnet: string | undefined,
): string {
  // A machine reaches a public address through its NAT gateway, so it comes from the Internet like everybody else.
  if (rule.frontEnd.kind === "public") return INTERNET_CLIENT;
  const machine = machines.find((candidate) => candidate.address === remoteAddress);
  if (machine) return machineInSubnet(network.subnet(machine.interfaces[0]?.subnet).prefix, machine.address);
  return clientInSubnet(network.subnet(rule.frontEnd.subnet ?? backEndSubnet).prefix);
}
