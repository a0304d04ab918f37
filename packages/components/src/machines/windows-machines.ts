import * as compute from "@pulumi/azure-native/compute";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS, singleMachineTimeouts } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import {
  applicationProfile,
  HEALTH_EXTENSION,
  healthExtension,
  INSTALL_EXTENSION,
  installExtension,
  randomPassword,
} from "../common/machine-body";
import { machineNames } from "../common/named-parts";
import { placementOf, type PlacementArgs } from "../common/placement";
import { withName } from "../common/resource-names";
import { createDataDisk } from "../machine/data-disks";
import type { MachineIdentityArgs } from "../scale-set/args";
import { runCommandBody } from "../service-install/run-command";
import type { WindowsMachinesArgs } from "./args";
import { machine, networkInterface } from "./bodies";
import { resolveMachines, type MachinesSpec } from "./resolve";

/**
 * One to a few single Windows Server machines over zones or in an availability set, each with an interface of its own
 * that outlives it. Every machine waits for the one before it, at the creation and at every change, so that never more
 * than one is being installed, restarted or replaced.
 *
 * A scale set does more: Azure repairs its machines and replaces lost ones. Machines with names and addresses that stay,
 * or a single one, are what these are for.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class WindowsMachines extends pulumi.ComponentResource {
  /** Ids of the machines, in the order of their numbers. */
  public readonly machineIds: pulumi.Output<string[]>;
  /** Id of the identity that the machines act with. */
  public readonly identityId: pulumi.Output<string>;
  /** Object id of that identity, for role assignments. */
  public readonly identityPrincipalId: pulumi.Output<string>;
  /** Password of the local administrator; a secret. */
  public readonly adminPassword: pulumi.Output<string>;

  constructor(name: string, args: WindowsMachinesArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `WindowsMachines "${name}"`,
      withName(name, resolveMachines(name, args), (found) => machineNames(name, found)),
    );
    super("windows-ha:index:WindowsMachines", name, facts(spec), opts);

    const identity = args.identity ?? createIdentity(name, args, this);
    const adminPassword = pulumi.secret(args.adminPassword ?? randomPassword(name, this));
    const availabilitySet = createAvailabilitySet(name, args, spec, this);
    const machines = createMachines(name, args, spec, { identity, adminPassword, availabilitySet }, this);

    this.machineIds = pulumi.all(machines.map(({ id }) => id));
    this.identityId = pulumi.output(identity.id);
    this.identityPrincipalId = pulumi.output(identity.principalId);
    this.adminPassword = adminPassword;
    this.registerOutputs({
      machineIds: this.machineIds,
      identityId: this.identityId,
      identityPrincipalId: this.identityPrincipalId,
      adminPassword: this.adminPassword,
    });
  }
}

interface Shared {
  identity: MachineIdentityArgs;
  adminPassword: pulumi.Output<string>;
  availabilitySet: compute.AvailabilitySet | undefined;
}

function facts({ count, zones, size, availability }: MachinesSpec): Record<string, unknown> {
  return { count, availability, zones: availability === "zones" ? zones : [], size };
}

function createIdentity(name: string, args: WindowsMachinesArgs, parent: WindowsMachines): MachineIdentityArgs {
  return new managedidentity.UserAssignedIdentity(`${name}-identity`, placementOf(args), { parent });
}

function createAvailabilitySet(
  name: string,
  args: WindowsMachinesArgs,
  { availability }: MachinesSpec,
  parent: WindowsMachines,
): compute.AvailabilitySet | undefined {
  if (availability !== "availabilitySet") return undefined;
  return new compute.AvailabilitySet(
    `${name}-availability`,
    // Two racks are what every region has; managed disks need the SKU Aligned.
    { ...placementOf(args), sku: { name: "Aligned" }, platformFaultDomainCount: 2, platformUpdateDomainCount: 5 },
    { parent },
  );
}

function createMachines(
  name: string,
  args: WindowsMachinesArgs,
  spec: MachinesSpec,
  shared: Shared,
  parent: WindowsMachines,
): compute.VirtualMachine[] {
  const machines: compute.VirtualMachine[] = [];
  let before: pulumi.Resource[] = [];
  for (let number = 1; number <= spec.count; number++) {
    const created = createMachine(`${name}-${number}`, number, args, spec, shared, before, parent);
    const extensions = createExtensions(`${name}-${number}`, args, spec, created, parent);
    machines.push(created);
    before = [created, ...extensions];
  }
  return machines;
}

function createMachine(
  name: string,
  number: number,
  args: WindowsMachinesArgs,
  spec: MachinesSpec,
  { identity, adminPassword, availabilitySet }: Shared,
  before: pulumi.Resource[],
  parent: WindowsMachines,
): compute.VirtualMachine {
  const nic = new network.NetworkInterface(
    `${name}-nic`,
    { ...placementOf(args), ...networkInterface(args, spec) },
    { parent },
  );
  const zone = availabilitySet ? undefined : spec.zones[(number - 1) % spec.zones.length]!;
  const disks = spec.dataDisks.map((disk) => createDataDisk(name, placementOf(args), disk, zone, parent));
  return new compute.VirtualMachine(
    name,
    {
      ...placementOf(args),
      ...(zone === undefined ? { availabilitySet: { id: availabilitySet!.id } } : { zones: [zone] }),
      identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
      ...machine(spec, number, adminPassword, nic.id, disks),
      ...applicationProfile(args.applicationVersionId),
    },
    {
      parent,
      dependsOn: before,
      // Azure refuses these changes although the preview would call them updates. An interface belongs to one machine
      // at a time, so the former one goes first; the others serve meanwhile.
      replaceOnChanges: [
        "zones",
        "availabilitySet",
        "osProfile",
        "securityProfile",
        "storageProfile.imageReference",
        "storageProfile.osDisk",
      ],
      deleteBeforeReplace: true,
      customTimeouts: singleMachineTimeouts(spec).machine,
    },
  );
}

/** Resources of their own here: a virtual machine has no profile that carries them. The service comes before its judge. */
function createExtensions(
  name: string,
  args: WindowsMachinesArgs,
  spec: MachinesSpec,
  { name: vmName }: compute.VirtualMachine,
  parent: WindowsMachines,
): pulumi.CustomResource[] {
  const customTimeouts = singleMachineTimeouts(spec).extension;
  const on = { ...placementOf(args), vmName };
  const install = createInstall(name, on, args, spec, parent);
  const health = new compute.VirtualMachineExtension(
    `${name}-health`,
    { ...on, vmExtensionName: HEALTH_EXTENSION, ...healthExtension(spec) },
    { parent, customTimeouts, deleteBeforeReplace: true, dependsOn: install },
  );
  return [...install, health];
}

/** As the transport says; a program of the machine's profile, such as a VM Application, is none of these. */
function createInstall(
  name: string,
  on: PlacementArgs & { vmName: pulumi.Output<string> },
  { install }: WindowsMachinesArgs,
  spec: MachinesSpec,
  parent: WindowsMachines,
): pulumi.CustomResource[] {
  if (!install) return [];
  const options = { parent, customTimeouts: singleMachineTimeouts(spec).extension, deleteBeforeReplace: true };
  if (spec.transport === "customScript") {
    const body = { ...on, vmExtensionName: INSTALL_EXTENSION, ...installExtension(install) };
    return [new compute.VirtualMachineExtension(`${name}-install`, body, options)];
  }
  const seconds = spec.installSeconds + DEFAULTS.timeouts.runCommandMarginSeconds;
  const body = runCommandBody(install, seconds, `WindowsMachines "${name}"`, parent);
  return [
    new compute.VirtualMachineRunCommandByVirtualMachine(
      `${name}-install`,
      { ...on, runCommandName: INSTALL_EXTENSION, ...body },
      options,
    ),
  ];
}
