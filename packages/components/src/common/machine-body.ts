import type { compute as inputs } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { DEFAULTS, type MachineSpec } from "@windows-ha/spec";
import type { InstallStepArgs } from "../scale-set/args";

/** What a machine is in Azure's words, the same alone and in a scale set. Pure, but for secrets that are passed through. */

export const INSTALL_EXTENSION = "service-install";
export const HEALTH_EXTENSION = "application-health";

/** The endpoint by which Azure judges a machine, and how long the machine may take until it answers. */
export interface HealthSpec {
  health: { scheme: string; port: number; path: string; reportsHealthState: boolean };
  installSeconds: number;
}

/** The part of an extension that a scale set's profile and a resource of its own share. */
interface ExtensionBody {
  publisher: string;
  type: string;
  typeHandlerVersion: string;
  autoUpgradeMinorVersion: boolean;
  settings: Record<string, unknown>;
  protectedSettings?: unknown;
}

export function windowsConfiguration({ patching, hotpatch }: MachineSpec): inputs.WindowsConfigurationArgs {
  const byPlatform = patching === "AutomaticByPlatform";
  return {
    provisionVMAgent: true,
    // Goes with the patch mode, and can only be said at the creation.
    enableAutomaticUpdates: byPlatform,
    patchSettings: {
      patchMode: patching,
      assessmentMode: byPlatform ? "AutomaticByPlatform" : "ImageDefault",
      ...(hotpatch ? { enableHotpatching: true } : {}),
    },
  };
}

export function imageAndDisk({ image, osDiskType, osDiskSizeGb }: MachineSpec): {
  imageReference: inputs.ImageReferenceArgs;
  osDisk: inputs.OSDiskArgs & inputs.VirtualMachineScaleSetOSDiskArgs;
} {
  return {
    imageReference: { ...image },
    osDisk: {
      createOption: "FromImage",
      caching: "ReadWrite",
      deleteOption: "Delete",
      osType: "Windows",
      ...(osDiskSizeGb === undefined ? {} : { diskSizeGB: osDiskSizeGb }),
      managedDisk: { storageAccountType: osDiskType },
    },
  };
}

export function securityProfile({ encryptionAtHost }: MachineSpec): inputs.SecurityProfileArgs {
  return {
    securityType: "TrustedLaunch",
    uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
    encryptionAtHost,
  };
}

export function diagnosticsProfile({ bootDiagnostics }: MachineSpec): inputs.DiagnosticsProfileArgs {
  return { bootDiagnostics: { enabled: bootDiagnostics } };
}

/** Without the benefit Azure takes the licence from the image. */
export function licence({ hybridBenefit }: MachineSpec): { licenseType?: string } {
  return hybridBenefit ? { licenseType: "Windows_Server" } : {};
}

export function installExtension(install: InstallStepArgs): ExtensionBody {
  return {
    publisher: "Microsoft.Compute",
    type: "CustomScriptExtension",
    typeHandlerVersion: "1.10",
    autoUpgradeMinorVersion: true,
    settings: { fileUris: install.fileUris },
    protectedSettings: pulumi.secret({
      commandToExecute: install.commandToExecute,
      ...(install.identityClientId === undefined ? {} : { managedIdentity: { clientId: install.identityClientId } }),
    }),
  };
}

/** What installs the service as a VM Application; a failure of it is the deployment's. */
export function applicationProfile(versionId: pulumi.Input<string> | undefined): {
  applicationProfile?: inputs.ApplicationProfileArgs;
} {
  if (versionId === undefined) return {};
  return {
    applicationProfile: {
      galleryApplications: [
        {
          packageReferenceId: versionId,
          order: 1,
          treatFailureAsDeploymentFailure: true,
          enableAutomaticUpgrade: false,
        },
      ],
    },
  };
}

export function healthExtension({ health, installSeconds }: HealthSpec): ExtensionBody {
  const { intervalSeconds, numberOfProbes } = DEFAULTS.healthExtension;
  return {
    publisher: "Microsoft.ManagedServices",
    type: "ApplicationHealthWindows",
    typeHandlerVersion: health.reportsHealthState ? "2.0" : "1.0",
    autoUpgradeMinorVersion: true,
    settings: {
      protocol: health.scheme,
      port: health.port,
      requestPath: health.path,
      intervalInSeconds: intervalSeconds,
      numberOfProbes,
      // Rich states only: time after the start in which a machine that isn't healthy yet is "initializing". Covers boot
      // and install, as the grace of the repairs does; Azure takes up to 4 hours.
      ...(health.reportsHealthState ? { gracePeriod: DEFAULTS.repairs.bootSeconds + installSeconds } : {}),
    },
  };
}

/** A password that nobody has to invent: 32 characters of all four kinds that Azure counts. */
export function randomPassword(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const password = new random.RandomPassword(
    `${name}-admin-password`,
    { length: 32, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 2, overrideSpecial: "!#%*+-=?@" },
    { parent, additionalSecretOutputs: ["result", "bcryptHash"] },
  );
  return password.result;
}
