import { createHash } from "node:crypto";
import type { ApplicationProfile, ApplicationReference } from "../azure/types/machine-applications";
import type { NetworkInterface } from "../firewall";
import { isoSeconds } from "./iso-duration";
import type { LinuxModel } from "./linux-model";

/** A scale set as the data plane reads it. */
export interface ScaleSetModel {
  capacity: number;
  computerNamePrefix: string;
  /** A virtual machine of its own: its name, and the interface that its address belongs to. */
  single?: { name: string; addressOwner?: string };
  zones: string[];
  upgrade: UpgradePolicy;
  machine: MachineModel;
}

/** What a change of the scale set brings to its machines. */
export interface MachineModel {
  extensions: Extension[];
  interfaces: NetworkInterface[];
  /** The VM Applications, in the order in which they are installed; absent when there are none. */
  applications?: Application[];
  /** Present on machines with Linux. */
  linux?: LinuxModel;
  /** How long before its deletion a machine is told of it; absent when it isn't. */
  terminateNoticeSeconds?: number;
}

/** The `scheduledEventsProfile` of a scale set's machines, or of one. */
export interface EventsInputs {
  terminateNotificationProfile?: { enable?: boolean; notBeforeTimeout?: string };
}

/** A version of a gallery's application. */
export interface Application {
  /** ARM id of the version. */
  version: string;
  treatFailureAsDeploymentFailure: boolean;
}

export interface Extension {
  name: string;
  publisher: string;
  type: string;
  typeHandlerVersion?: string;
  settings: Record<string, unknown>;
  protectedSettings: Record<string, unknown>;
  forceUpdateTag?: string;
  provisionAfterExtensions: string[];
}

export interface UpgradePolicy {
  mode: "Automatic" | "Manual" | "Rolling";
  maxBatchInstancePercent: number;
  maxUnhealthyInstancePercent: number;
  maxUnhealthyUpgradedInstancePercent: number;
  pauseBetweenBatchesSeconds: number;
  enableCrossZoneUpgrade: boolean;
  prioritizeUnhealthyInstances: boolean;
  /** Machines of the new model first, then those of a batch go. */
  maxSurge: boolean;
}

interface Reference {
  id?: string;
}

interface ScaleSetInputs {
  sku?: { capacity?: number };
  zones?: string[];
  upgradePolicy?: { mode?: UpgradePolicy["mode"]; rollingUpgradePolicy?: RollingInputs };
  virtualMachineProfile?: {
    osProfile?: { computerNamePrefix?: string };
    networkProfile?: { networkInterfaceConfigurations?: InterfaceInputs[] };
    applicationProfile?: ApplicationProfile;
    extensionProfile?: { extensions?: ExtensionInputs[] };
    scheduledEventsProfile?: EventsInputs;
  };
}

interface RollingInputs {
  maxBatchInstancePercent?: number;
  maxUnhealthyInstancePercent?: number;
  maxUnhealthyUpgradedInstancePercent?: number;
  pauseTimeBetweenBatches?: string;
  enableCrossZoneUpgrade?: boolean;
  prioritizeUnhealthyInstances?: boolean;
  maxSurge?: boolean;
}

export type ExtensionInputs = Partial<Extension> & Pick<Extension, "name" | "publisher" | "type">;

export interface InterfaceInputs {
  networkSecurityGroup?: Reference;
  ipConfigurations?: {
    subnet?: Reference;
    loadBalancerBackendAddressPools?: Reference[];
    applicationSecurityGroups?: Reference[];
  }[];
}

/** Azure's defaults of the rolling upgrade policy. */
const ROLLING_DEFAULT_PERCENT = 20;

export function readScaleSet(scaleSet: { name: string; inputs: Record<string, unknown> }): ScaleSetModel {
  const { sku, zones, upgradePolicy, virtualMachineProfile: profile } = scaleSet.inputs as ScaleSetInputs;
  const rolling = upgradePolicy?.rollingUpgradePolicy ?? {};
  return {
    capacity: sku?.capacity ?? 0,
    computerNamePrefix: profile?.osProfile?.computerNamePrefix ?? scaleSet.name.slice(0, 9),
    zones: zones ?? [],
    upgrade: {
      mode: upgradePolicy?.mode ?? "Manual",
      maxBatchInstancePercent: rolling.maxBatchInstancePercent ?? ROLLING_DEFAULT_PERCENT,
      maxUnhealthyInstancePercent: rolling.maxUnhealthyInstancePercent ?? ROLLING_DEFAULT_PERCENT,
      maxUnhealthyUpgradedInstancePercent: rolling.maxUnhealthyUpgradedInstancePercent ?? ROLLING_DEFAULT_PERCENT,
      pauseBetweenBatchesSeconds: isoSeconds(rolling.pauseTimeBetweenBatches ?? "PT0S"),
      enableCrossZoneUpgrade: rolling.enableCrossZoneUpgrade ?? false,
      prioritizeUnhealthyInstances: rolling.prioritizeUnhealthyInstances ?? false,
      maxSurge: rolling.maxSurge ?? false,
    },
    machine: {
      extensions: (profile?.extensionProfile?.extensions ?? []).map(readExtension),
      interfaces: (profile?.networkProfile?.networkInterfaceConfigurations ?? []).flatMap(readInterface),
      ...readApplications(profile?.applicationProfile),
      ...readTerminateNotice(profile?.scheduledEventsProfile),
    },
  };
}

/** Applications without order come last, in the order in which they are named. */
export function readApplications({ galleryApplications = [] }: ApplicationProfile = {}): Pick<
  MachineModel,
  "applications"
> {
  const rank = ({ order }: ApplicationReference) => order ?? Number.MAX_SAFE_INTEGER;
  const applications = galleryApplications
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ packageReferenceId, treatFailureAsDeploymentFailure }) => ({
      version: packageReferenceId!,
      treatFailureAsDeploymentFailure: treatFailureAsDeploymentFailure ?? false,
    }));
  return applications.length > 0 ? { applications } : {};
}

/** Azure's default of `notBeforeTimeout`. */
const DEFAULT_NOTICE = "PT5M";

export function readTerminateNotice({ terminateNotificationProfile: notice }: EventsInputs = {}): Pick<
  MachineModel,
  "terminateNoticeSeconds"
> {
  return notice?.enable ? { terminateNoticeSeconds: isoSeconds(notice.notBeforeTimeout ?? DEFAULT_NOTICE) } : {};
}

/** Equal for equal values, whatever the order of their keys. */
export function fingerprint(value: unknown): string {
  const sorted = (_key: string, part: unknown): unknown =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part;
  return createHash("sha256").update(JSON.stringify(value, sorted)).digest("hex");
}

export function readExtension(inputs: ExtensionInputs): Extension {
  const { name, publisher, type, typeHandlerVersion, forceUpdateTag } = inputs;
  return {
    name,
    publisher,
    type,
    ...(typeHandlerVersion === undefined ? {} : { typeHandlerVersion }),
    settings: inputs.settings ?? {},
    protectedSettings: inputs.protectedSettings ?? {},
    ...(forceUpdateTag === undefined ? {} : { forceUpdateTag }),
    provisionAfterExtensions: inputs.provisionAfterExtensions ?? [],
  };
}

export function readInterface(nic: InterfaceInputs): NetworkInterface[] {
  return (nic.ipConfigurations ?? []).map(({ subnet, loadBalancerBackendAddressPools, applicationSecurityGroups }) => ({
    pools: idsOf(loadBalancerBackendAddressPools),
    applicationSecurityGroups: idsOf(applicationSecurityGroups),
    ...(nic.networkSecurityGroup?.id ? { networkSecurityGroup: nic.networkSecurityGroup.id } : {}),
    ...(subnet?.id ? { subnet: subnet.id } : {}),
  }));
}

function idsOf(references: Reference[] = []): string[] {
  return references.flatMap(({ id }) => (id ? [id] : []));
}
