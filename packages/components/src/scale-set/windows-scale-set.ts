import * as compute from "@pulumi/azure-native/compute";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { rollingUpgrade } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { placementOf } from "../common/placement";
import type { WindowsScaleSetArgs } from "./args";
import {
  automaticRepairsPolicy,
  extensionProfile,
  networkProfile,
  osProfile,
  securityProfile,
  storageProfile,
  upgradePolicy,
} from "./profile";
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
    const spec = specOrFail(`WindowsScaleSet "${name}"`, resolveScaleSet(name, args));
    super("windows-ha:index:WindowsScaleSet", name, facts(spec), opts);

    const identity = new managedidentity.UserAssignedIdentity(`${name}-identity`, placementOf(args), { parent: this });
    const adminPassword = pulumi.secret(args.adminPassword ?? randomPassword(name, this));
    const scaleSet = createScaleSet(name, args, spec, identity, adminPassword, this);

    this.scaleSetId = scaleSet.id;
    this.identityId = identity.id;
    this.identityPrincipalId = identity.principalId;
    this.adminPassword = adminPassword;
    this.registerOutputs({
      scaleSetId: this.scaleSetId,
      identityId: this.identityId,
      identityPrincipalId: this.identityPrincipalId,
      adminPassword: this.adminPassword,
    });
  }
}

function facts(spec: ScaleSetSpec): Record<string, unknown> {
  const { count, minimumActive, zones, size } = spec;
  return { capacity: count, minimumActive, zones, size, upgrade: { mode: "Rolling", ...rollingUpgrade(spec) } };
}

/** A password that nobody has to invent: 32 characters of all four kinds that Azure counts. */
function randomPassword(name: string, parent: WindowsScaleSet): pulumi.Output<string> {
  const password = new random.RandomPassword(
    `${name}-admin-password`,
    { length: 32, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 2, overrideSpecial: "!#%*+-=?@" },
    { parent, additionalSecretOutputs: ["result", "bcryptHash"] },
  );
  return password.result;
}

function createScaleSet(
  name: string,
  args: WindowsScaleSetArgs,
  spec: ScaleSetSpec,
  identity: managedidentity.UserAssignedIdentity,
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
      virtualMachineProfile: {
        osProfile: osProfile(spec, adminPassword),
        storageProfile: storageProfile(spec),
        networkProfile: networkProfile(args),
        securityProfile: securityProfile(spec),
        diagnosticsProfile: { bootDiagnostics: { enabled: true } },
        extensionProfile: extensionProfile(args, spec),
      },
    },
    {
      parent,
      // Azure refuses these changes although the preview would call them updates. The new set joins the balancer before
      // the old one goes, so nothing stops serving.
      replaceOnChanges: [
        "zones",
        "virtualMachineProfile.osProfile.adminUsername",
        "virtualMachineProfile.osProfile.computerNamePrefix",
      ],
      customTimeouts: { create: "2h", update: "3h", delete: "1h" },
    },
  );
}
