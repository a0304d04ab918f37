import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";
import type { MachineArgs } from "../machine/args";
import type { EndpointScheme } from "../common/protocol";

/** How machines of a scale set are updated. */
export interface UpgradeArgs {
  /**
   * Seconds, 0 to 3600, in which a machine that was just updated has to prove itself before the next one goes.
   * @default 60
   */
  pauseSeconds?: number;
  /**
   * Replaces machines instead of changing them: a batch of new ones comes up and proves itself, then the old ones are
   * told to drain and go. None of the declared machines is ever missing; it takes longer, and quota and addresses for
   * the batch besides. Azure changes the machines in place where the quota doesn't suffice.
   * @default false
   */
  maxSurge?: boolean;
}

/** The notice that Azure gives a machine before it deletes it, so that it can drain. */
export interface TerminateNotificationArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Minutes that Azure waits for the machine's approval, 5 to 15.
   * @default what the service's drain and stop take, at least 5
   */
  minutes?: number;
}

/**
 * How machines that stay unhealthy are replaced. Azure stops repairing when repairs don't help;
 * docs/operations/repairs.md says how to be alerted and to go on.
 */
export interface RepairsArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Minutes, 10 to 90, after a change in which a machine is left alone; not less than its boot and install take.
   * @default the boot (10 minutes) and the longest good install
   */
  graceMinutes?: number;
  /**
   * Resource ids of the action groups of Azure Monitor that hear when Azure suspends the repairs, or somebody resumes
   * them.
   * @default [] (no alert rule)
   */
  actionGroupIds?: pulumi.Input<string>[];
}

/** A day of the week. */
export const Day = {
  Monday: "Monday",
  Tuesday: "Tuesday",
  Wednesday: "Wednesday",
  Thursday: "Thursday",
  Friday: "Friday",
  Saturday: "Saturday",
  Sunday: "Sunday",
} as const;
/** A day of the week. */
export type Day = (typeof Day)[keyof typeof Day];

/** Other limits at certain hours, every week. */
export interface AutoscaleScheduleArgs {
  /** 1 to 60 letters, digits, spaces, underscores and hyphens. */
  name: string;
  days: Day[];
  /** When it begins, such as "08:00". */
  from: string;
  /** When it ends, later on the same day, such as "18:30". */
  until: string;
  minimum: number;
  maximum: number;
}

/**
 * How many machines there are by load and by the clock. Updates leave the number alone then: run them with
 * `pulumi up --refresh`, else Azure is told the number that Pulumi saw last, and autoscale has to begin from there.
 */
export interface AutoscaleArgs {
  /**
   * Never fewer; more than `minimumActive`, so that an update of the fewest still leaves enough. With
   * `upgrade.maxSurge` not less than it.
   * @default the machines' count
   */
  minimum?: number;
  /** Never more, up to 1000. The subnet must have room for them. */
  maximum: number;
  /**
   * One machine more when the mean CPU of all is above this for ten minutes, 1 to 99.
   * @default 70
   */
  cpuAbovePercent?: number;
  /**
   * One machine less when it is below this for ten minutes, 1 to 99; so far below that the others can take over.
   * @default 30
   */
  cpuBelowPercent?: number;
  /**
   * Time zone of the schedules by Windows' name, such as "W. Europe Standard Time"; no IANA name such as Europe/Berlin.
   * @default "UTC"
   */
  timeZone?: string;
  /**
   * Other limits at certain hours; at most 9, which don't overlap.
   * @default []
   */
  schedules?: AutoscaleScheduleArgs[];
}

/** The machines of a cluster: equal Windows Server instances over availability zones. */
export interface MachinesArgs extends MachineArgs {
  /**
   * How many machines, 2 to 1000. With `autoscale`, how many to begin with.
   * @default 3 (S3-07)
   */
  count?: number;
  /**
   * How many must keep serving while others are replaced; less than `count` by what a rolling upgrade takes out at a
   * time: one machine, or 5 % of forty and more. With `upgrade.maxSurge` it may be `count` itself.
   * @default 2, or 1 of a pair (S3-06)
   */
  minimumActive?: number;
  /**
   * Azure evens the machines out over the zones when that was not possible at their creation: a new one first, then the
   * old one goes. No help when a zone is down.
   * @default true with two zones or more
   */
  zoneRebalance?: boolean;
  upgrade?: UpgradeArgs;
  repairs?: RepairsArgs;
  terminateNotification?: TerminateNotificationArgs;
  /**
   * Changes the number of machines by load and by the clock.
   * @default a fixed number
   */
  autoscale?: AutoscaleArgs;
}

/** The endpoint by which Azure judges a machine. */
export interface MachineHealthArgs {
  /** Port of the liveness endpoint. */
  port: number;
  /** @default "/health" */
  path?: string;
  /**
   * How it answers. Of a certificate nobody asks name or issuer.
   * @default "http"
   */
  scheme?: EndpointScheme;
  /**
   * Whether the answer is JSON with an `ApplicationHealthState` (health extension 2.0). `false`: 200 is healthy (1.0).
   * @default true
   */
  reportsHealthState?: boolean;
}

/** An identity that exists already, for machines to act with. */
export interface MachineIdentityArgs {
  /** Resource id of the user-assigned identity. */
  id: pulumi.Input<string>;
  /** Its object id, to which roles are given. */
  principalId: pulumi.Input<string>;
}

/** What a machine downloads and runs; a `ServiceInstall` has both. */
export interface InstallStepArgs {
  fileUris: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Client id of the machines' identity that downloads `fileUris` from private blobs.
   * @default nobody: the files are downloaded anonymously
   */
  identityClientId?: pulumi.Input<string>;
  /** Kept as a secret. */
  commandToExecute: pulumi.Input<string>;
}

/** Where a machine's network interface is, and what it joins. */
export interface MachineNetworkArgs {
  /** Subnet of the machines. It needs a way out: Flexible scale sets have none by default. */
  subnetId: pulumi.Input<string>;
  /**
   * Balancer pools that every machine joins, of at most one internal and one public balancer: for example
   * `loadBalancer.backendPoolIds`.
   * @default []
   */
  backendPoolIds?: pulumi.Input<string>[];
  /**
   * Application security groups that every machine joins, at most 20, for example `[firewall.applicationSecurityGroupId]`.
   * @default []
   */
  applicationSecurityGroupIds?: pulumi.Input<string>[];
  /**
   * Security group of the interfaces themselves, beside the subnet's own; both have to allow a flow.
   * @default none
   */
  networkSecurityGroupId?: pulumi.Input<string>;
}

/** Arguments of {@link WindowsScaleSet}. */
export interface WindowsScaleSetArgs extends PlacementArgs, MachinesArgs, MachineNetworkArgs {
  health: MachineHealthArgs;
  /**
   * The identity that the machines act with.
   * @default a new one
   */
  identity?: MachineIdentityArgs;
  /** The service-install step; without it and an `applicationVersionId` the machines come up bare. */
  install?: InstallStepArgs;
  /**
   * Id of the VM Application's version that installs the service, instead of `install`: for example
   * `vmApplication.versionId`. A machine on which it fails fails the deployment.
   * @default none
   */
  applicationVersionId?: pulumi.Input<string>;
  /**
   * Longest time of a good install on one machine, in seconds; repairs and upgrades wait for it. 0 to 4800.
   * @default 300
   */
  installSeconds?: number;
}
