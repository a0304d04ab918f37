import { durationOutside, single } from "../rule-helpers";
import { passwordProblem, userNameProblem } from "./machine-credentials";
import { patchProblem } from "./patch-rules";
import {
  EXTENSIONS,
  PROFILE,
  extensionsOf,
  isHealthExtension,
  isWindows,
  type ScaleSetInputs,
} from "./scale-set-inputs";

const OS_PROFILE = `${PROFILE}.osProfile`;
const NETWORK_PROFILE = `${PROFILE}.networkProfile`;
const INVALID = "InvalidParameter";

const FIRST_FLEXIBLE_NETWORK_API = "2020-11-01";

/** What a machine of a Flexible scale set must be like. */
export const machineRules = [
  single<ScaleSetInputs>(["orchestrationMode"], "orchestrationMode", INVALID, ({ orchestrationMode: mode }) =>
    mode === "Flexible"
      ? undefined
      : `The sandbox emulates scale sets with orchestrationMode "Flexible" only, not ${JSON.stringify(mode ?? "Uniform")}.`,
  ),
  single<ScaleSetInputs>(
    [`${OS_PROFILE}.computerNamePrefix`, `${PROFILE}.storageProfile.osDisk.osType`, "vmScaleSetName"],
    `${OS_PROFILE}.computerNamePrefix`,
    INVALID,
    (inputs) => {
      if (!isWindows(inputs)) return undefined;
      const prefix = inputs.virtualMachineProfile?.osProfile?.computerNamePrefix ?? inputs.vmScaleSetName ?? "";
      return (
        (!/^[A-Za-z0-9-]{1,9}$/.test(prefix) || /^\d+$/.test(prefix)) &&
        `Windows computer name prefix ${JSON.stringify(prefix)} cannot be more than 9 characters long, be entirely numeric, or contain anything but letters, digits and hyphens. Without computerNamePrefix it is the scale set's name.`
      );
    },
  ),
  single<ScaleSetInputs>(
    [`${OS_PROFILE}.adminUsername`, `${PROFILE}.storageProfile.osDisk.osType`],
    `${OS_PROFILE}.adminUsername`,
    INVALID,
    (inputs) => {
      const name = inputs.virtualMachineProfile?.osProfile?.adminUsername;
      if (name === undefined) return "The property adminUsername is required.";
      if (!isWindows(inputs)) return undefined;
      return userNameProblem(name);
    },
  ),
  single<ScaleSetInputs>(
    [`${OS_PROFILE}.adminPassword`, `${PROFILE}.storageProfile.osDisk.osType`],
    `${OS_PROFILE}.adminPassword`,
    INVALID,
    (inputs) => {
      return isWindows(inputs) && passwordProblem(inputs.virtualMachineProfile?.osProfile?.adminPassword);
    },
  ),
  single<ScaleSetInputs>(
    [`${OS_PROFILE}.windowsConfiguration`],
    `${OS_PROFILE}.windowsConfiguration.patchSettings`,
    INVALID,
    ({ virtualMachineProfile: profile }) => patchProblem(profile?.osProfile?.windowsConfiguration),
  ),
  single<ScaleSetInputs>(
    [`${OS_PROFILE}.windowsConfiguration`, `${EXTENSIONS}[].type`],
    `${OS_PROFILE}.windowsConfiguration.patchSettings.patchMode`,
    INVALID,
    (inputs) => {
      const { patchSettings } = inputs.virtualMachineProfile?.osProfile?.windowsConfiguration ?? {};
      return patchSettings?.patchMode === "AutomaticByPlatform" && !extensionsOf(inputs).some(isHealthExtension)
        ? "Flexible scale sets need the application health extension for the patch mode AutomaticByPlatform."
        : undefined;
    },
  ),
  single<ScaleSetInputs>(["identity.type"], "identity.type", INVALID, ({ identity }) =>
    identity?.type?.includes("SystemAssigned")
      ? `Flexible scale sets take user-assigned identities only, not ${identity.type}.`
      : undefined,
  ),
  single<ScaleSetInputs>(
    ["identity.type", "identity.userAssignedIdentities"],
    "identity.userAssignedIdentities",
    INVALID,
    ({ identity }) =>
      identity?.type === "UserAssigned" && !identity.userAssignedIdentities?.length
        ? "An identity of the type UserAssigned needs at least one id in userAssignedIdentities."
        : undefined,
  ),
  single<ScaleSetInputs>(
    [`${NETWORK_PROFILE}.networkApiVersion`],
    `${NETWORK_PROFILE}.networkApiVersion`,
    INVALID,
    ({ virtualMachineProfile: profile }) => {
      const version = profile?.networkProfile?.networkApiVersion;
      return version !== undefined && version >= FIRST_FLEXIBLE_NETWORK_API
        ? undefined
        : `Flexible scale sets need networkApiVersion ${FIRST_FLEXIBLE_NETWORK_API} or later; it is ${version ?? "missing"}.`;
    },
  ),
  single<ScaleSetInputs>(
    [`${NETWORK_PROFILE}.networkInterfaceConfigurations[].primary`],
    `${NETWORK_PROFILE}.networkInterfaceConfigurations`,
    INVALID,
    ({ virtualMachineProfile: profile }) => {
      const interfaces = profile?.networkProfile?.networkInterfaceConfigurations ?? [];
      const primary = interfaces.filter((candidate) => candidate.primary).length;
      if (interfaces.length === 0) return "A machine needs a network interface.";
      return interfaces.length > 1 && primary !== 1
        ? `One of the network interfaces must be primary, not ${primary}.`
        : undefined;
    },
  ),
  single<ScaleSetInputs>([`${NETWORK_PROFILE}.healthProbe`], `${NETWORK_PROFILE}.healthProbe`, INVALID, (inputs) =>
    inputs.virtualMachineProfile?.networkProfile?.healthProbe
      ? "Flexible scale sets learn about health from the application health extension, not from a load balancer's probe."
      : undefined,
  ),
  single<ScaleSetInputs>(
    ["platformFaultDomainCount", "zones"],
    "platformFaultDomainCount",
    INVALID,
    ({ platformFaultDomainCount: count, zones = [] }) => {
      if (count === undefined)
        return "Flexible scale sets need platformFaultDomainCount: 1 with zones, 1 to 3 without.";
      if (zones.length > 0) {
        return (
          count !== 1 &&
          `The value '${count}' of parameter 'platformFaultDomainCount' is not allowed. With zones it is 1.`
        );
      }
      return (count < 1 || count > 3) && `The specified fault domain count ${count} must fall in the range 1 to 3.`;
    },
  ),
  single<ScaleSetInputs>(["singlePlacementGroup"], "singlePlacementGroup", INVALID, (inputs) =>
    inputs.singlePlacementGroup ? "Flexible scale sets can't have a single placement group." : undefined,
  ),
  single<ScaleSetInputs>(["overprovision"], "overprovision", INVALID, ({ overprovision }) =>
    overprovision ? "Flexible scale sets can't be overprovisioned." : undefined,
  ),
  single<ScaleSetInputs>(["zoneBalance", "zones"], "zoneBalance", INVALID, ({ zoneBalance, zones = [] }) =>
    zoneBalance && zones.length === 0 ? "zoneBalance needs zones." : undefined,
  ),
  single<ScaleSetInputs>(["sku.name"], "sku.name", INVALID, ({ sku }) =>
    sku?.name ? undefined : "The required parameter 'sku.name' is missing (null).",
  ),
  single<ScaleSetInputs>(["sku.capacity"], "sku.capacity", INVALID, ({ sku }) => {
    const capacity = sku?.capacity;
    return capacity !== undefined && (!Number.isInteger(capacity) || capacity < 0 || capacity > 1000)
      ? `A Flexible scale set has 0 to 1000 machines, not ${capacity}.`
      : undefined;
  }),
  single<ScaleSetInputs>(
    [`${PROFILE}.storageProfile.osDisk`],
    `${PROFILE}.storageProfile.osDisk.caching`,
    INVALID,
    ({ virtualMachineProfile: profile }) => {
      const disk = profile?.storageProfile?.osDisk;
      return disk?.diffDiskSettings?.option === "Local" && disk.caching !== "ReadOnly"
        ? `An ephemeral OS disk needs the caching ReadOnly, not ${disk.caching ?? "None"}.`
        : undefined;
    },
  ),
  single<ScaleSetInputs>(
    [`${PROFILE}.securityProfile.encryptionAtHost`, `${EXTENSIONS}[].type`],
    `${PROFILE}.securityProfile.encryptionAtHost`,
    INVALID,
    (inputs) =>
      inputs.virtualMachineProfile?.securityProfile?.encryptionAtHost &&
      extensionsOf(inputs).some((extension) => extension.type?.startsWith("AzureDiskEncryption"))
        ? "Encryption at host and Azure Disk Encryption exclude each other."
        : undefined,
  ),
  single<ScaleSetInputs>(
    [`${PROFILE}.scheduledEventsProfile.terminateNotificationProfile.notBeforeTimeout`],
    `${PROFILE}.scheduledEventsProfile.terminateNotificationProfile.notBeforeTimeout`,
    INVALID,
    ({ virtualMachineProfile: profile }) =>
      durationOutside(profile?.scheduledEventsProfile?.terminateNotificationProfile?.notBeforeTimeout, "PT5M", "PT15M"),
  ),
];
