import type { network as inputs } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { PlacedRule } from "@windows-ha/spec";

/**
 * A placed rule in Azure's words. Azure has a singular and a plural field for sources and takes only one of them.
 *
 * @param machines id of the application security group of the machines
 */
export function securityRule(rule: PlacedRule, machines: pulumi.Input<string>): inputs.SecurityRuleArgs {
  const [onlySource, ...others] = rule.sources;
  return {
    name: rule.name,
    description: rule.description,
    priority: rule.priority,
    direction: "Inbound",
    access: rule.access,
    protocol: rule.protocol,
    ...(others.length === 0 ? { sourceAddressPrefix: onlySource } : { sourceAddressPrefixes: rule.sources }),
    sourcePortRange: "*",
    ...(rule.destination === "machines"
      ? { destinationApplicationSecurityGroups: [{ id: machines }] }
      : { destinationAddressPrefix: "*" }),
    destinationPortRange: rule.port,
  };
}
