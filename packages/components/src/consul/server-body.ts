import { createHash } from "node:crypto";
import type { compute as inputs } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { consulNodeName, DEFAULTS, type ConsulServersComponentSpec } from "@windows-ha/spec";

const ADMINISTRATOR = "consul-admin";

/** What a server is in Azure's words, without its place and its custom data. */
export interface MachineBody {
  hardwareProfile: inputs.HardwareProfileArgs;
  osProfile: inputs.OSProfileArgs;
  securityProfile: inputs.SecurityProfileArgs;
  diagnosticsProfile: inputs.DiagnosticsProfileArgs;
}

export function machineBody(
  { size, nodePrefix, encryptionAtHost }: ConsulServersComponentSpec,
  index: number,
  publicKey: pulumi.Output<string>,
): MachineBody {
  return {
    hardwareProfile: { vmSize: size },
    osProfile: {
      computerName: consulNodeName(nodePrefix, index + 1),
      adminUsername: ADMINISTRATOR,
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        provisionVMAgent: true,
        ssh: {
          publicKeys: [
            {
              path: `/home/${ADMINISTRATOR}/.ssh/authorized_keys`,
              // Azure answers without the line end.
              keyData: publicKey.apply((key) => key.trim()),
            },
          ],
        },
        // Zone by zone, and restarted where an update needs it.
        patchSettings: { patchMode: "AutomaticByPlatform", assessmentMode: "AutomaticByPlatform" },
      },
    },
    securityProfile: {
      securityType: "TrustedLaunch",
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      encryptionAtHost,
    },
    diagnosticsProfile: { bootDiagnostics: { enabled: true } },
  };
}

/** Whatever replaces a server, or changes it. */
export function revisionOf(
  { size, zones, osDiskType, encryptionAtHost }: ConsulServersComponentSpec,
  customData: pulumi.Output<string>[],
): pulumi.Output<string> {
  const parts = [size, zones, osDiskType, encryptionAtHost, DEFAULTS.consul.image];
  return pulumi.unsecret(
    pulumi.all(customData).apply((texts) =>
      createHash("sha256")
        .update(JSON.stringify([parts, texts]))
        .digest("hex")
        .slice(0, 16),
    ),
  );
}
