import * as compute from "@pulumi/azure-native/compute";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { rollingUpgrade, scaleSetTimeouts } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { randomPassword } from "../common/machine-body";
import { scaleSetNames } from "../common/named-parts";
import { placementOf } from "../common/placement";
import { withName } from "../common/resource-names";
import type { MachineIdentityArgs, WindowsScaleSetArgs } from "./args";
import { createAutoscale } from "./autoscale";
import { createRepairsAlert } from "./repairs-alert";
import { automaticRepairsPolicy, machineProfile, resiliencyPolicy, upgradePolicy } from "./profile";
import { resolveScaleSet, type ScaleSetSpec } from "./resolve";

/**
 * Windows Server machines in a Flexible scale set over availability zones: judged by the application health extension,
 * repaired by replacement, updated one after the other from the first deployment on.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class WindowsScaleSet extends pulumi.ComponentResource {
  /** Id of the scale set. */
  public readonly scaleSetId: pulumi.Output<string>;
  /** Id of the identity that the machines act with. */
  public readonly identityId: pulumi.Output<string>;
  /** Object id of that identity, for role assignments. */
  public readonly identityPrincipalId: pulumi.Output<string>;
  /** Password of the local administrator; a secret. */
  public readonly adminPassword: pulumi.Output<string>;

  constructor(name: string, args: WindowsScaleSetArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `WindowsScaleSet "${name}"`,
      withName(name, resolveScaleSet(name, args), () => scaleSetNames(name)),
    );
    super("windows-ha:index:WindowsScaleSet", name, facts(spec), opts);

    const identity = args.identity ?? createIdentity(name, args, this);
    const adminPassword = pulumi.secret(args.adminPassword ?? randomPassword(name, this));
    const scaleSet = createScaleSet(name, args, spec, identity, adminPassword, this);
    if (spec.autoscale) createAutoscale(name, args, spec.autoscale, scaleSet.id, this);
    const { actionGroupIds = [] } = args.repairs ?? {};
    if (actionGroupIds.length > 0) createRepairsAlert(name, args, actionGroupIds, scaleSet.id, this);

    this.scaleSetId = scaleSet.id;
    this.identityId = pulumi.output(identity.id);
    this.identityPrincipalId = pulumi.output(identity.principalId);
    this.adminPassword = adminPassword;
    this.registerOutputs({
      scaleSetId: this.scaleSetId,
      identityId: this.identityId,
      identityPrincipalId: this.identityPrincipalId,
      adminPassword: this.adminPassword,
    });
  }
}

function createIdentity(name: string, args: WindowsScaleSetArgs, parent: WindowsScaleSet): MachineIdentityArgs {
  return new managedidentity.UserAssignedIdentity(`${name}-identity`, placementOf(args), { parent });
}

function facts(spec: ScaleSetSpec): Record<string, unknown> {
  const { count, minimumActive, zones, size } = spec;
  return { capacity: count, minimumActive, zones, size, upgrade: { mode: "Rolling", ...rollingUpgrade(spec) } };
}

function createScaleSet(
  name: string,
  args: WindowsScaleSetArgs,
  spec: ScaleSetSpec,
  identity: MachineIdentityArgs,
  adminPassword: pulumi.Output<string>,
  parent: WindowsScaleSet,
): compute.VirtualMachineScaleSet {
  return new compute.VirtualMachineScaleSet(
    name,
    {
      ...placementOf(args),
      orchestrationMode: "Flexible",
      // The one number that Azure takes together with zones.
      platformFaultDomainCount: 1,
      singlePlacementGroup: false,
      zones: spec.zones,
      sku: { name: spec.size, tier: "Standard", capacity: spec.count },
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      upgradePolicy: upgradePolicy(spec),
      automaticRepairsPolicy: automaticRepairsPolicy(spec),
      resiliencyPolicy: resiliencyPolicy(spec),
      virtualMachineProfile: machineProfile(args, spec, adminPassword),
    },
    {
      parent,
      // Azure refuses these changes although the preview would call them updates. The new set joins the balancer before
      // the old one goes, so nothing stops serving.
      replaceOnChanges: [
        "zones",
        "virtualMachineProfile.osProfile.adminUsername",
        "virtualMachineProfile.osProfile.computerNamePrefix",
        "virtualMachineProfile.osProfile.windowsConfiguration.enableAutomaticUpdates",
      ],
      // Else every update would undo what autoscale did.
      ...(spec.autoscale ? { ignoreChanges: ["sku.capacity"] } : {}),
      customTimeouts: scaleSetTimeouts(spec, spec.installSeconds),
    },
  );
}
