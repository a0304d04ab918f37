import { ANY_VALUE } from "../../provider";
import { AzureError } from "../azure-error";
import { sameId } from "../arm-id";
import { missingReference, usersOf } from "../references";
import { defineType, type Immutable, type Placement, type Reference } from "../resource-type";
import { single } from "../rule-helpers";
import { dataDiskRules, refuseDisks, type DataDisk } from "./attached-disks";
import { applicationRules, missingApplication, type ApplicationProfile } from "./machine-applications";
import { passwordProblem, userNameProblem } from "./machine-credentials";
import { identityOutputs, missingIdentity } from "./machine-identity";
import { patchProblem, type WindowsConfiguration } from "./patch-rules";
import { uuidOf } from "./user-assigned-identity";

/** The parts of `azure-native:compute:VirtualMachine` that the rules read. */
export interface VirtualMachineInputs {
  vmName?: string;
  zones?: string[];
  availabilitySet?: Reference;
  hardwareProfile?: { vmSize?: string };
  identity?: { type?: string; userAssignedIdentities?: string[] };
  osProfile?: {
    adminUsername?: string;
    adminPassword?: string;
    computerName?: string;
    windowsConfiguration?: WindowsConfiguration;
    customData?: string;
    linuxConfiguration?: { disablePasswordAuthentication?: boolean; ssh?: { publicKeys?: object[] } };
  };
  storageProfile?: { dataDisks?: DataDisk[] };
  networkProfile?: { networkInterfaces?: { id?: string; primary?: boolean; deleteOption?: string }[] };
  applicationProfile?: ApplicationProfile;
}

export const VIRTUAL_MACHINE = "azure-native:compute:VirtualMachine";
const INVALID = "InvalidParameter";

function isWindows({ osProfile }: VirtualMachineInputs): boolean {
  return osProfile !== undefined && !osProfile.linuxConfiguration;
}

const rules = [
  single<VirtualMachineInputs>(["hardwareProfile.vmSize"], "hardwareProfile.vmSize", INVALID, ({ hardwareProfile }) =>
    hardwareProfile?.vmSize ? undefined : "The required parameter 'hardwareProfile.vmSize' is missing (null).",
  ),
  single<VirtualMachineInputs>(["osProfile.adminUsername"], "osProfile.adminUsername", INVALID, (inputs) => {
    const name = inputs.osProfile?.adminUsername;
    if (name === undefined) return "The property adminUsername is required.";
    return isWindows(inputs) && userNameProblem(name);
  }),
  single<VirtualMachineInputs>(
    ["osProfile.adminPassword"],
    "osProfile.adminPassword",
    INVALID,
    (inputs) => isWindows(inputs) && passwordProblem(inputs.osProfile?.adminPassword),
  ),
  single<VirtualMachineInputs>(
    ["osProfile.adminPassword", "osProfile.linuxConfiguration"],
    "osProfile.linuxConfiguration",
    INVALID,
    ({ osProfile }) => {
      const { disablePasswordAuthentication, ssh } = osProfile?.linuxConfiguration ?? {};
      const byPassword = osProfile?.adminPassword !== undefined && disablePasswordAuthentication !== true;
      const byKey = (ssh?.publicKeys ?? []).length > 0;
      return (
        osProfile?.linuxConfiguration !== undefined &&
        !byPassword &&
        !byKey &&
        "Authentication using either SSH or by user name and password must be enabled in Linux profile."
      );
    },
  ),
  single<VirtualMachineInputs>(["osProfile.computerName", "vmName"], "osProfile.computerName", INVALID, (inputs) => {
    if (!isWindows(inputs)) return undefined;
    const name = inputs.osProfile?.computerName ?? inputs.vmName ?? "";
    return (
      (!/^[A-Za-z0-9-]{1,15}$/.test(name) || /^\d+$/.test(name) || name.endsWith("-")) &&
      `Windows computer name ${JSON.stringify(name)} cannot be more than 15 characters long, be entirely numeric, end with a hyphen, or contain anything but letters, digits and hyphens. Without computerName it is the machine's name.`
    );
  }),
  single<VirtualMachineInputs>(
    ["networkProfile.networkInterfaces[].primary"],
    "networkProfile.networkInterfaces",
    INVALID,
    ({ networkProfile }) => {
      const interfaces = networkProfile?.networkInterfaces ?? [];
      const primary = interfaces.filter((candidate) => candidate.primary).length;
      if (interfaces.length === 0) return "Virtual machine must have at least one network interface.";
      return interfaces.length > 1 && primary !== 1 && `One of the network interfaces must be primary, not ${primary}.`;
    },
  ),
  single<VirtualMachineInputs>(["zones", "availabilitySet"], "zones", INVALID, ({ zones = [], availabilitySet }) => {
    if (zones.length > 1) return `A virtual machine lies in one zone, not in ${zones.length}.`;
    return zones.length > 0 && availabilitySet && "Zones and an availability set exclude each other.";
  }),
  single<VirtualMachineInputs>(
    ["osProfile.windowsConfiguration"],
    "osProfile.windowsConfiguration.patchSettings",
    INVALID,
    ({ osProfile }) => patchProblem(osProfile?.windowsConfiguration),
  ),
];

/** What ARM doesn't change on a machine that exists. */
const FIXED = [
  "zones",
  "availabilitySet",
  "osProfile.adminUsername",
  "osProfile.computerName",
  "osProfile.customData",
  "osProfile.windowsConfiguration.enableAutomaticUpdates",
  "storageProfile.imageReference",
  "storageProfile.osDisk.managedDisk.storageAccountType",
  "securityProfile.securityType",
];

const immutables: Immutable[] = [
  ...FIXED.map((path) => ({
    path,
    code: "PropertyChangeNotAllowed",
    message: `Changing property '${path}' is not allowed.`,
  })),
  {
    path: "securityProfile.encryptionAtHost",
    code: "OperationNotAllowed",
    message: "Encryption at host can only be changed while the virtual machine is deallocated.",
  },
];

export const virtualMachine = defineType<VirtualMachineInputs>({
  token: VIRTUAL_MACHINE,
  armType: "Microsoft.Compute/virtualMachines",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/virtualMachines/{vmName}",
  autoName: "random",
  location: "inherited",
  // azure-native marks nothing but the path: everything that Azure refuses previews as an update.
  replaceOn: [],
  // The SDK's list of sizes ends in 2018 (v3); what sizes there are depends on region and subscription.
  extraEnumValues: { "compute.HardwareProfileArgs.vmSize": [ANY_VALUE] },
  machinesOf: ({ id }) => id,
  preflightReads: ["osProfile.computerName"],
  writeOnly: [
    { path: "osProfile.adminPassword", remembered: false },
    { path: "osProfile.customData", remembered: true },
  ],
  rules: [
    ...rules,
    ...dataDiskRules<VirtualMachineInputs>(
      "storageProfile.dataDisks",
      ({ storageProfile }) => storageProfile?.dataDisks,
    ),
    ...applicationRules<VirtualMachineInputs>("applicationProfile", ({ applicationProfile }) => applicationProfile),
  ],
  immutables,
  refusePlacement: (placement) => {
    const { availabilitySet, networkProfile } = placement.inputs as VirtualMachineInputs;
    const interfaces = (networkProfile?.networkInterfaces ?? []).map(({ id }) => id);
    return (
      refuseOtherLinux(placement) ??
      missingIdentity(placement) ??
      missingReference(placement.store, placement.id, [availabilitySet?.id, ...interfaces]) ??
      refuseSharedInterface(placement, interfaces) ??
      refuseDisks(placement) ??
      missingApplication(placement, (placement.inputs as VirtualMachineInputs).applicationProfile)
    );
  },
  // Both stay unless the machine says otherwise.
  deletesAlong: ({ inputs }) => {
    const { networkProfile, storageProfile } = inputs as VirtualMachineInputs;
    const disks = (storageProfile?.dataDisks ?? []).map(({ deleteOption, managedDisk }) => ({
      deleteOption,
      id: managedDisk?.id,
    }));
    return [...(networkProfile?.networkInterfaces ?? []), ...disks].flatMap(({ deleteOption, id }) =>
      deleteOption === "Delete" && id !== undefined ? [id] : [],
    );
  },
  compute: (placement) => ({ vmId: uuidOf(`virtual machine:${placement.id}`), ...identityOutputs(placement) }),
});

/** With custom data it is looked at before anything is created; a first preview can't tell unknown from none. */
function refuseOtherLinux({ inputs }: Placement): AzureError | undefined {
  const { osProfile } = inputs as VirtualMachineInputs;
  if (!osProfile?.linuxConfiguration || osProfile.customData) return undefined;
  return new AzureError(
    "NotEmulated",
    "A sandbox machine with Linux runs solely what ConsulServers renders for cloud-init; one without customData is not emulated.",
  );
}

/** An interface belongs to one machine at a time. */
function refuseSharedInterface({ id, store }: Placement, interfaces: (string | undefined)[]): AzureError | undefined {
  for (const nic of interfaces) {
    const other = nic && usersOf(store, nic).find((user) => user.type === VIRTUAL_MACHINE && !sameId(user.id, id));
    if (other) {
      return new AzureError("NicInUse", `Network Interface ${nic} is used by existing resource ${other.id}.`);
    }
  }
  return undefined;
}
