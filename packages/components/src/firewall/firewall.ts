import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import {
  checkFirewall,
  FIREWALL_FIELD,
  PLACEMENT,
  placeRules,
  resolve,
  type FirewallSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import type { FirewallArgs } from "./args";
import { securityRule } from "./rules";

/**
 * A network security group that admits the balancer's probe and the named clients, and refuses everything else.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class Firewall extends pulumi.ComponentResource {
  /** Id of the network security group. */
  public readonly networkSecurityGroupId: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`Firewall "${name}"`, resolveFirewall(args));
    super("windows-ha:index:Firewall", name, { openPorts: spec.rules }, opts);

    const { resourceGroupName, location, tags } = args;
    const group = new network.NetworkSecurityGroup(
      name,
      { resourceGroupName, location, tags, securityRules: placeRules(spec).map(securityRule) },
      { parent: this },
    );

    this.networkSecurityGroupId = group.id;
    this.registerOutputs({ networkSecurityGroupId: this.networkSecurityGroupId });
  }
}

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...FIREWALL_FIELD.fields,
  },
};

function resolveFirewall(args: FirewallArgs): Resolved<FirewallSpec> {
  return resolve<FirewallSpec>(
    FIELD,
    args,
    ({ probePort, rules }) => ({ probePort, rules }),
    (spec) => checkFirewall(spec, ""),
  );
}
