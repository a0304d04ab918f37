export type { HostArgs, HostInstallArgs } from "./args";
export { HostInstall } from "./host-install";
