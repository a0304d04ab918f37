import { parseConsulCloudInit, type ParsedConsulCloudInit } from "@windows-ha/spec";
import type { PublishedConsul } from "../layout";

/** What makes a machine one with Linux. */
export interface LinuxModel {
  /** As it was declared: base64; empty while a first preview doesn't know it. */
  customData: string;
  disks: { lun: number; id?: string }[];
}

export interface LinuxInputs {
  osProfile?: { customData?: string; linuxConfiguration?: unknown };
  storageProfile?: { dataDisks?: { lun?: number; managedDisk?: { id?: string } }[] };
}

export function readLinux({ osProfile, storageProfile }: LinuxInputs): { linux?: LinuxModel } {
  if (!osProfile?.linuxConfiguration) return {};
  const disks = (storageProfile?.dataDisks ?? []).flatMap(({ lun, managedDisk }) =>
    lun === undefined ? [] : [{ lun, ...(managedDisk?.id ? { id: managedDisk.id } : {}) }],
  );
  return { linux: { customData: osProfile.customData ?? "", disks } };
}

/** What cloud-init is told, if it is what `ConsulServers` renders. */
export function cloudInitOf({ customData }: LinuxModel): ParsedConsulCloudInit | undefined {
  return parseConsulCloudInit(Buffer.from(customData, "base64").toString("utf8"));
}

/** What would make such a machine fail here. */
export function linuxProblems(linux: LinuxModel, consul: PublishedConsul | undefined): string[] {
  if (linux.customData === "") return consulProblems(consul);
  const cloudInit = cloudInitOf(linux);
  if (!cloudInit) {
    return [
      "osProfile.customData: a sandbox machine with Linux runs solely what ConsulServers renders for cloud-init; anything else is not emulated",
    ];
  }
  const { lun } = cloudInit.dataDisk;
  return [
    ...consulProblems(consul),
    ...(linux.disks.some((disk) => disk.lun === lun)
      ? []
      : [`storageProfile.dataDisks: no disk is attached at LUN ${lun}, where cloud-init looks for the one to mount`]),
  ];
}

/** Nothing is downloaded from the Internet here, and Consul comes with no package of ours. */
export function consulProblems(consul: PublishedConsul | undefined): string[] {
  if (consul) return [];
  return [
    "Consul isn't published in this sandbox, which downloads nothing from the Internet; get Consul for this computer " +
      "(your system's package, or its maker's zip file) and run `windows-ha sandbox publish --consul <file>`",
  ];
}
