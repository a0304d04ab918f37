import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import {
  checkFirewall,
  checkFirewallSize,
  FIREWALL_FIELD,
  PLACEMENT,
  placeRules,
  resolve,
  type FirewallSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { firewallNames } from "../common/named-parts";
import { placementOf } from "../common/placement";
import { withName } from "../common/resource-names";
import type { FirewallArgs } from "./args";
import { securityRule } from "./rules";

/** Tag of the security group that says how often its rules are reviewed (S0-33). */
const REVIEW_TAG = "firewall-review-every-days";

/**
 * A network security group that admits the balancer's probe and the named clients to the machines, and refuses
 * everything else. The machines are those whose interfaces join its application security group. Who was refused stands
 * in the flow logs of the network (`flowLogs` of a `Network`), with the rule that did it.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class Firewall extends pulumi.ComponentResource {
  /** Id of the network security group. */
  public readonly networkSecurityGroupId: pulumi.Output<string>;
  /** Id of the application security group that the machines join; the rules lead to its members only. */
  public readonly applicationSecurityGroupId: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `Firewall "${name}"`,
      withName(name, resolveFirewall(args), () => firewallNames(name)),
    );
    super("windows-ha:index:Firewall", name, { openPorts: spec.rules, reviewEveryDays: spec.reviewEveryDays }, opts);

    const machines = new network.ApplicationSecurityGroup(`${name}-machines`, placementOf(args), { parent: this });
    const group = createGroup(name, args, spec, machines, this);

    this.networkSecurityGroupId = group.id;
    this.applicationSecurityGroupId = machines.id;
    this.registerOutputs({
      networkSecurityGroupId: this.networkSecurityGroupId,
      applicationSecurityGroupId: this.applicationSecurityGroupId,
    });
  }
}

function createGroup(
  name: string,
  args: FirewallArgs,
  spec: FirewallSpec,
  machines: network.ApplicationSecurityGroup,
  parent: Firewall,
): network.NetworkSecurityGroup {
  const tags = pulumi.output(args.tags).apply((given) => ({ ...given, [REVIEW_TAG]: String(spec.reviewEveryDays) }));
  const securityRules = placeRules(spec).map((rule) => securityRule(rule, machines.id));
  return new network.NetworkSecurityGroup(name, { ...placementOf(args), tags, securityRules }, { parent });
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
    ({ probePort, rules, reviewEveryDays }) => ({ probePort, rules, reviewEveryDays }),
    (spec) => [...checkFirewall(spec, ""), ...checkFirewallSize(spec.rules, "rules")],
  );
}
