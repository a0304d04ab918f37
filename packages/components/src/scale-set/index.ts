export {
  Day,
  OsDiskType,
  Patching,
  type AutoscaleArgs,
  type AutoscaleScheduleArgs,
  type ImageArgs,
  type InstallStepArgs,
  type MachineArgs,
  type MachineHealthArgs,
  type MachineNetworkArgs,
  type MachineIdentityArgs,
  type MachinesArgs,
  type RepairsArgs,
  type UpgradeArgs,
  type WindowsScaleSetArgs,
} from "./args";
export { WindowsScaleSet } from "./windows-scale-set";
