import * as compute from "@pulumi/azure-native/compute";
import * as network from "@pulumi/azure-native/network";
import type * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { CONSUL_DATA_DISK_LUN, DEFAULTS, type ConsulServersComponentSpec } from "@windows-ha/spec";
import { onDemand } from "../common/on-demand";
import { placementOf } from "../common/placement";
import { createDataDisk } from "../machine/data-disks";
import type { ConsulServersArgs } from "./args";
import { createGate } from "./gate";
import { machineBody, revisionOf, type MachineBody } from "./server-body";

export interface ServerParts {
  identity: managedidentity.UserAssignedIdentity;
  networkSecurityGroupId: pulumi.Input<string>;
  /** What each server is told at its first start, in their order. */
  customData: pulumi.Output<string>[];
}

/** The servers, each behind the gate of the one before. */
export function createServers(
  name: string,
  args: ConsulServersArgs,
  spec: ConsulServersComponentSpec,
  parts: ServerParts,
  parent: pulumi.Resource,
): compute.VirtualMachine[] {
  const publicKey = createAdministratorKey(name, parent);
  const machines: compute.VirtualMachine[] = [];
  let before: pulumi.Resource[] = [];
  for (let index = 0; index < spec.count; index++) {
    const child = `${name}-${index + 1}`;
    const body = { ...machineBody(spec, index, publicKey), customData: parts.customData[index]! };
    const created = createServer(child, index, args, spec, parts, body, before, parent);
    // It runs again when this server or the next one changes, so that none is taken out that is needed.
    const revision = revisionOf(spec, parts.customData.slice(index, index + 2));
    before = [createGate(child, args, created, revision, parent)];
    machines.push(created);
  }
  return machines;
}

/** Passwords are off, and nobody is let in by SSH; Azure wants a key nevertheless. */
function createAdministratorKey(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const key = new onDemand.tls.PrivateKey(
    `${name}-administrator`,
    { algorithm: "ED25519" },
    { parent, additionalSecretOutputs: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"] },
  );
  return key.publicKeyOpenssh;
}

function createServer(
  name: string,
  index: number,
  args: ConsulServersArgs,
  spec: ConsulServersComponentSpec,
  { identity, networkSecurityGroupId }: ServerParts,
  { osProfile, customData, ...body }: MachineBody & { customData: pulumi.Output<string> },
  before: pulumi.Resource[],
  parent: pulumi.Resource,
): compute.VirtualMachine {
  const { protect, zones, dataDiskSizeGb: sizeGb, dataDiskType: type, osDiskType } = spec;
  const zone = zones[index % zones.length]!;
  const nic = createInterface(`${name}-nic`, args, spec, networkSecurityGroupId, index, parent);
  // Raft writes through: a cache would hold what nobody reads twice.
  const data = { lun: CONSUL_DATA_DISK_LUN, sizeGb, type, caching: "None", protect };
  const disk = createDataDisk(name, placementOf(args), data, zone, parent);
  return new compute.VirtualMachine(
    name,
    {
      ...placementOf(args),
      zones: [zone],
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      ...body,
      osProfile: { ...osProfile, customData },
      storageProfile: {
        imageReference: { ...DEFAULTS.consul.image },
        osDisk: {
          createOption: "FromImage",
          caching: "ReadWrite",
          deleteOption: "Delete",
          osType: "Linux",
          managedDisk: { storageAccountType: osDiskType },
        },
        dataDisks: [disk],
      },
      networkProfile: { networkInterfaces: [{ id: nic.id, primary: true, deleteOption: "Detach" }] },
    },
    {
      parent,
      dependsOn: before,
      // Azure refuses these changes although the preview would call them updates. Interface and disk belong to one
      // machine at a time, so the former one goes first; the others have the majority meanwhile.
      replaceOnChanges: [
        "zones",
        "osProfile",
        "securityProfile",
        "storageProfile.imageReference",
        "storageProfile.osDisk",
      ],
      deleteBeforeReplace: true,
      customTimeouts: { ...DEFAULTS.timeouts.machine },
    },
  );
}

/** A resource of its own: the address outlives the machine. */
function createInterface(
  name: string,
  args: ConsulServersArgs,
  { addresses, protect }: ConsulServersComponentSpec,
  networkSecurityGroupId: pulumi.Input<string>,
  index: number,
  parent: pulumi.Resource,
): network.NetworkInterface {
  return new network.NetworkInterface(
    name,
    {
      ...placementOf(args),
      enableAcceleratedNetworking: true,
      networkSecurityGroup: { id: networkSecurityGroupId },
      ipConfigurations: [
        {
          name: "primary",
          primary: true,
          privateIPAddressVersion: "IPv4",
          privateIPAllocationMethod: "Static",
          privateIPAddress: addresses[index]!,
          subnet: { id: args.subnetId },
          applicationSecurityGroups: (args.applicationSecurityGroupIds ?? []).map((id) => ({ id })),
        },
      ],
    },
    { parent, protect },
  );
}
