import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";

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

/** The machines of a cluster: equal Windows Server instances over availability zones. */
export interface MachinesArgs {
  /**
   * How many machines, 2 to 1000.
   * @default 3 (S3-07)
   */
  count?: number;
  /**
   * How many must keep serving while others are replaced; less than `count` by what a rolling upgrade takes out at a
   * time: one machine, or 5 % of forty and more.
   * @default 2, or 1 of a pair (S3-06)
   */
  minimumActive?: number;
  /**
   * Availability zones. They can't be changed later.
   * @default ["1", "2", "3"]
   */
  zones?: string[];
  /**
   * Azure VM size; must support Premium disks, Trusted Launch and encryption at host.
   * @default "Standard_D2s_v5"
   */
  size?: string;
  /**
   * Generation 2 image of Windows Server 2016 or later.
   * @default MicrosoftWindowsServer / WindowsServer / 2022-datacenter-azure-edition / latest
   */
  image?: ImageArgs;
  /**
   * Start of the computers' names: at most 9 letters, digits and hyphens, not only digits; Azure adds 6. Can't be
   * changed later.
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
   * Encrypts disks and caches on the host; the subscription must have the feature `EncryptionAtHost` registered.
   * @default true
   */
  encryptionAtHost?: boolean;
}

/** The endpoint by which Azure judges a machine. */
export interface MachineHealthArgs {
  /** Port of the liveness endpoint. */
  port: number;
  /** @default "/health" */
  path?: string;
  /**
   * Whether the answer is JSON with an `ApplicationHealthState` (health extension 2.0). `false`: 200 is healthy (1.0).
   * @default true
   */
  reportsHealthState?: boolean;
}

/** What a machine downloads and runs; a `ServiceInstall` has both. */
export interface InstallStepArgs {
  fileUris: pulumi.Input<pulumi.Input<string>[]>;
  /** Kept as a secret. */
  commandToExecute: pulumi.Input<string>;
}

/** Arguments of {@link WindowsScaleSet}. */
export interface WindowsScaleSetArgs extends PlacementArgs, MachinesArgs {
  /** Subnet of the machines. It needs a way out: Flexible scale sets have none by default. */
  subnetId: pulumi.Input<string>;
  /**
   * Balancer pools that every machine joins, for example `[loadBalancer.backendPoolId]`.
   * @default []
   */
  backendPoolIds?: pulumi.Input<string>[];
  health: MachineHealthArgs;
  /** The service-install step; without it the machines come up bare. */
  install?: InstallStepArgs;
  /**
   * Longest time of a good install on one machine, in seconds; repairs and upgrades wait for it. 0 to 4800.
   * @default 300
   */
  installSeconds?: number;
}
