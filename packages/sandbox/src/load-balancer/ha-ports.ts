import type { ResourceStore } from "../azure/resource-store";
import type { RuleInputs } from "./rule-inputs";

interface SecurityRule {
  access?: string;
  direction?: string;
  protocol?: string;
  destinationPortRange?: string;
  destinationPortRanges?: string[];
}

/** Whether a rule balances every port and protocol at once. */
export function isHaPorts({ protocol }: RuleInputs): boolean {
  return protocol.toLowerCase() === "all";
}

/**
 * A rule for all ports as rules of one port each: those that firewall rules let in by number. Nothing else would get
 * through, and nobody listens on 65,535 ports of one address.
 */
export function rulesOfOnePort(store: ResourceStore, rule: RuleInputs): RuleInputs[] {
  if (!isHaPorts(rule)) return [rule];
  const ports = admittedPorts(store);
  if (ports.length === 0) return [rule];
  return ports.map((port) => ({
    ...rule,
    name: `${rule.name} ${port}`,
    protocol: "Tcp",
    frontendPort: port,
    backendPort: port,
  }));
}

function admittedPorts(store: ResourceStore): number[] {
  const rules = store
    .list("azure-native:network:NetworkSecurityGroup")
    .flatMap(({ inputs }) => (inputs["securityRules"] as SecurityRule[] | undefined) ?? []);
  const texts = rules
    .filter(({ access, direction, protocol }) => access === "Allow" && direction === "Inbound" && protocol !== "Udp")
    .flatMap(({ destinationPortRange, destinationPortRanges = [] }) => [
      destinationPortRange,
      ...destinationPortRanges,
    ]);
  const ports = texts.filter((text) => text !== undefined && /^\d+$/.test(text)).map(Number);
  return [...new Set(ports)].sort((a, b) => a - b);
}
