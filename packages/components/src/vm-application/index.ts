export { PackageRedundancy, type VmApplicationArgs } from "./args";
export { VmApplication } from "./vm-application";
