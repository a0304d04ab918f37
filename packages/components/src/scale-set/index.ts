export {
  OsDiskType,
  type ImageArgs,
  type InstallStepArgs,
  type MachineHealthArgs,
  type MachinesArgs,
  type WindowsScaleSetArgs,
} from "./args";
export { WindowsScaleSet } from "./windows-scale-set";
