import type * as pulumi from "@pulumi/pulumi";

/** A marketplace image. */
export interface ImageArgs {
  publisher: string;
  offer: string;
  sku: string;
  /** A version, or `latest`. */
  version: string;
}

/** Kinds of OS disks. */
export const OsDiskType = {
  PremiumLrs: "Premium_LRS",
  PremiumZrs: "Premium_ZRS",
  StandardSsdLrs: "StandardSSD_LRS",
  StandardSsdZrs: "StandardSSD_ZRS",
} as const;
/** Kind of an OS disk. */
export type OsDiskType = (typeof OsDiskType)[keyof typeof OsDiskType];

/** What the host keeps of a disk. */
export const DiskCaching = {
  None: "None",
  /** Repeated reads. */
  ReadOnly: "ReadOnly",
  /** Writes too: what a program didn't flush is lost with the machine. */
  ReadWrite: "ReadWrite",
} as const;
/** What the host keeps of a disk. */
export type DiskCaching = (typeof DiskCaching)[keyof typeof DiskCaching];

/**
 * An empty disk beside the system's, the same on every machine. Windows shows it as raw: who uses it makes a volume of
 * it once (docs/operations/data-disks.md).
 */
export interface DataDiskArgs {
  /** Number by which the machine knows the disk, 0 to 63; the disk keeps it, whatever comes or goes beside it. */
  lun: number;
  /** 1 to 32767 GB. It can grow later, not shrink; the volume on it is extended in Windows. */
  sizeGb: number;
  /**
   * Disks of the kinds ending in `ZRS` outlive a lost zone.
   * @default "Premium_LRS"
   */
  type?: OsDiskType;
  /**
   * What the host keeps of it; more than 4095 GB take `None`.
   * @default "ReadOnly"
   */
  caching?: DiskCaching;
  /**
   * Whether Pulumi refuses to delete or replace the disk, until `pulumi state unprotect` or `false` allows it. Single
   * machines only: a scale set's disks are deleted together with their machine, at every repair and replacement.
   * @default of single machines, true
   */
  protect?: boolean;
}

/** Who installs security updates of Windows. */
export const Patching = {
  /** Azure, one zone after the other, within 30 days of their release. Restarts the machine where that is needed. */
  AutomaticByPlatform: "AutomaticByPlatform",
  /** Nobody: a maintenance process of your own, or new images. */
  Manual: "Manual",
} as const;
/** Who installs security updates of Windows. */
export type Patching = (typeof Patching)[keyof typeof Patching];

/** A machine, alone or in a scale set. */
export interface MachineArgs {
  /**
   * Availability zones. They can't be changed later: other ones replace the machines.
   * @default ["1", "2", "3"]
   */
  zones?: string[];
  /**
   * Azure VM size; must support the kinds of its disks (Premium needs an "s" behind the number), Trusted Launch (not the
   * families A, Dv2, Dv3, DC, EC, M, NP) and encryption at host.
   * @default "Standard_D2s_v5"
   */
  size?: string;
  /**
   * Generation 2 image of Windows Server 2016 or later. Azure patches by itself only the images on its list, so another
   * one needs `patching: "Manual"`.
   * @default MicrosoftWindowsServer / WindowsServer / 2022-datacenter-azure-edition / latest
   */
  image?: ImageArgs;
  /**
   * Start of the computers' names: at most 9 letters, digits and hyphens, not only digits; the rest tells the machines
   * apart. Can't be changed later.
   * @default the service's name, cut to what Windows takes
   */
  computerNamePrefix?: string;
  /**
   * Local administrator, 1 to 20 characters, not a name that Azure refuses. Can't be changed later.
   * @default "clusteradmin"
   */
  adminUsername?: string;
  /**
   * Password of the administrator, 12 to 123 characters of three kinds; kept as a secret.
   * @default a random one of 32 characters
   */
  adminPassword?: pulumi.Input<string>;
  /** @default "Premium_LRS" */
  osDiskType?: OsDiskType;
  /**
   * Size of the OS disk in GB, up to 4095; at least the image's own (127, or 30 of a smalldisk image). Windows extends
   * its volume itself when the machine is created, not later.
   * @default the image's own
   */
  osDiskSizeGb?: number;
  /**
   * More disks. Those of single machines are resources of their own, which outlive the machine; those of a scale set's
   * machines are for what can be lost.
   * @default []
   */
  dataDisks?: DataDiskArgs[];
  /**
   * Encrypts disks and caches on the host; the subscription must have the feature `EncryptionAtHost` registered.
   * @default true
   */
  encryptionAtHost?: boolean;
  /**
   * Packets go past the host's virtual switch. Sizes of one processor and those of the first burstable series, such as
   * `Standard_B2ms`, don't have it: set it to `false` with them.
   * @default true
   */
  acceleratedNetworking?: boolean;
  /**
   * Keeps the console's picture and log in storage that Azure manages: the only view into a machine that hangs in boot.
   * @default true
   */
  bootDiagnostics?: boolean;
  /**
   * Who installs security updates. Can't be changed on machines that exist: they are replaced.
   * @default "AutomaticByPlatform"
   */
  patching?: Patching;
  /**
   * Takes most security updates without a restart, which leaves about four restarts a year.
   * @default whether the image has it, such as 2025-datacenter-azure-edition
   */
  hotpatch?: boolean;
  /**
   * Uses Windows Server licences that you own, with Software Assurance (Azure Hybrid Benefit).
   * @default false
   */
  hybridBenefit?: boolean;
  /** How long Pulumi waits for the machines before it gives up; Azure goes on all the same. */
  customTimeouts?: CustomTimeoutsArgs;
}

/** Time-outs of operations, as durations in hours, minutes and seconds such as "90m" or "1h30m". */
export interface CustomTimeoutsArgs {
  /** @default a scale set's "2h"; a single machine's "1h", and "2h" for each of its extensions */
  create?: string;
  /**
   * @default for a scale set what a rollout over all machines may take and an hour, at least "3h"; for a single machine
   * "1h", and "2h" for each of its extensions
   */
  update?: string;
  /** @default a scale set's and a machine's "1h", and "30m" for a single machine's extension */
  delete?: string;
}
