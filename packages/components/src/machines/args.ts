import type { PlacementArgs } from "../common/placement";
import type { MachineArgs } from "../machine/args";
import type { InstallStepArgs, MachineHealthArgs, MachineIdentityArgs, MachineNetworkArgs } from "../scale-set/args";

/** How single machines are kept apart, so that no single fault of Azure's takes all of them. */
export const Availability = {
  /** Each machine in the next zone: a datacenter may fail. */
  Zones: "zones",
  /** Different racks of one datacenter, for regions without zones. */
  AvailabilitySet: "availabilitySet",
} as const;
/** How single machines are kept apart. */
export type Availability = (typeof Availability)[keyof typeof Availability];

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
  /** The service-install step; without it the machines come up bare. */
  install?: InstallStepArgs;
  /**
   * Longest time of a good install on one machine, in seconds; a machine that isn't healthy yet counts as starting so
   * long. 0 to 4800.
   * @default 300
   */
  installSeconds?: number;
}
