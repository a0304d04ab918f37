import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";
import { consulServerRules, placeRules } from "@windows-ha/spec";
import { placementOf, type PlacementArgs } from "../common/placement";
import { securityRule } from "../firewall/rules";

/**
 * Lets servers and machines of a datacenter reach the servers, and refuses everybody else.
 *
 * @param apiRanges of those who have no agent
 */
export function createConsulFirewall(
  name: string,
  placement: PlacementArgs,
  sources: readonly string[],
  apiRanges: readonly string[],
  parent: pulumi.Resource,
): network.NetworkSecurityGroup {
  const rules = placeRules({ rules: consulServerRules(sources, apiRanges) });
  const securityRules = rules.map((rule) => securityRule({ ...rule, destination: "everything" }, ""));
  return new network.NetworkSecurityGroup(name, { ...placementOf(placement), securityRules }, { parent });
}
