export {
  DiskCaching,
  OsDiskType,
  Patching,
  type CustomTimeoutsArgs,
  type DataDiskArgs,
  type ImageArgs,
  type MachineArgs,
} from "../machine/args";
export {
  Day,
  type AutoscaleArgs,
  type AutoscaleScheduleArgs,
  type InstallStepArgs,
  type MachineHealthArgs,
  type MachineNetworkArgs,
  type MachineIdentityArgs,
  type MachinesArgs,
  type RepairsArgs,
  type TerminateNotificationArgs,
  type UpgradeArgs,
  type WindowsScaleSetArgs,
} from "./args";
export { WindowsScaleSet } from "./windows-scale-set";
