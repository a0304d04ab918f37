import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";
import type { MachineArgs } from "../machine/args";
import type { InstallStepArgs, MachineHealthArgs, MachineIdentityArgs, MachineNetworkArgs } from "../scale-set/args";

/** How single machines are kept apart, so that no single fault of Azure's takes all of them. */
export const Availability = {
  /** Each machine in the next zone: a datacenter may fail. */
  Zones: "zones",
  /** Different racks of one datacenter, for regions without zones. Nothing else of a cluster asks for zones then. */
  AvailabilitySet: "availabilitySet",
} as const;
/** How single machines are kept apart. */
export type Availability = (typeof Availability)[keyof typeof Availability];

/** Ways by which the service gets on single machines. */
export const MachineTransport = {
  /** A managed Run Command, whose failure is the deployment's, with time limits that follow from the service's own. */
  RunCommand: "runCommand",
  /** The Custom Script Extension, of which a machine can have only one. */
  CustomScript: "customScript",
} as const;
/** A way by which the service gets on single machines. */
export type MachineTransport = (typeof MachineTransport)[keyof typeof MachineTransport];

/** Arguments of {@link WindowsMachines}. */
export interface WindowsMachinesArgs extends PlacementArgs, MachineArgs, MachineNetworkArgs {
  /**
   * How many machines, 1 to 10. They are created and updated one after the other.
   * @default 3 (S3-07)
   */
  count?: number;
  /**
   * How they are kept apart. Can't be changed later: the machines are replaced, one after the other.
   * @default "zones"
   */
  availability?: Availability;
  health: MachineHealthArgs;
  /**
   * The identity that the machines act with.
   * @default a new one
   */
  identity?: MachineIdentityArgs;
  /** The service-install step; without it and an `applicationVersionId` the machines come up bare. */
  install?: InstallStepArgs;
  /**
   * How `install` gets on the machines. Changing it reinstalls nothing: the agent leaves alone what is in place.
   * @default "runCommand"
   */
  transport?: MachineTransport;
  /**
   * Id of the VM Application's version that installs the service, instead of `install`: for example
   * `vmApplication.versionId`. A machine on which it fails fails the deployment.
   * @default none
   */
  applicationVersionId?: pulumi.Input<string>;
  /**
   * Longest time of a good install on one machine, in seconds; a machine that isn't healthy yet counts as starting so
   * long. 0 to 4800.
   * @default 300
   */
  installSeconds?: number;
}
