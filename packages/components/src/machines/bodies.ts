import type { compute, network } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import {
  diagnosticsProfile,
  imageAndDisk,
  licence,
  securityProfile,
  windowsConfiguration,
} from "../common/machine-body";
import type { WindowsMachinesArgs } from "./args";
import type { MachinesSpec } from "./resolve";

/** Bodies of single machines, in Azure's words. */

export function networkInterface(
  args: WindowsMachinesArgs,
  spec: MachinesSpec,
): {
  enableAcceleratedNetworking: boolean;
  networkSecurityGroup?: network.NetworkSecurityGroupArgs;
  ipConfigurations: network.NetworkInterfaceIPConfigurationArgs[];
} {
  const group = args.networkSecurityGroupId;
  return {
    enableAcceleratedNetworking: spec.acceleratedNetworking,
    ...(group === undefined ? {} : { networkSecurityGroup: { id: group } }),
    ipConfigurations: [
      {
        name: "primary",
        primary: true,
        privateIPAddressVersion: "IPv4",
        privateIPAllocationMethod: "Dynamic",
        subnet: { id: args.subnetId },
        loadBalancerBackendAddressPools: (args.backendPoolIds ?? []).map((id) => ({ id })),
        applicationSecurityGroups: (args.applicationSecurityGroupIds ?? []).map((id) => ({ id })),
      },
    ],
  };
}

export function machine(
  spec: MachinesSpec,
  number: number,
  adminPassword: pulumi.Output<string>,
  interfaceId: pulumi.Output<string>,
  dataDisks: compute.DataDiskArgs[],
): {
  hardwareProfile: compute.HardwareProfileArgs;
  osProfile: compute.OSProfileArgs;
  storageProfile: compute.StorageProfileArgs;
  securityProfile: compute.SecurityProfileArgs;
  diagnosticsProfile: compute.DiagnosticsProfileArgs;
  networkProfile: compute.NetworkProfileArgs;
  licenseType?: string;
} {
  return {
    hardwareProfile: { vmSize: spec.size },
    osProfile: {
      computerName: `${spec.computerNamePrefix!.replace(/-$/, "")}-${number}`,
      adminUsername: spec.adminUsername,
      adminPassword,
      windowsConfiguration: windowsConfiguration(spec),
    },
    storageProfile: { ...imageAndDisk(spec), ...(dataDisks.length > 0 ? { dataDisks } : {}) },
    securityProfile: securityProfile(spec),
    diagnosticsProfile: diagnosticsProfile(spec),
    // The interface is a resource of its own: the machine's address outlives the machine.
    networkProfile: { networkInterfaces: [{ id: interfaceId, primary: true, deleteOption: "Detach" }] },
    ...licence(spec),
  };
}
