export { ALLOWED_DIFFERENCES, type AllowedDifference } from "./allowed-differences";
export { createDataPlane, type DataPlaneOptions, type SandboxDataPlane } from "./create-data-plane";
export { hostPlatform, type HostPlatform } from "./host-platform";
export type { DataPlaneSettings } from "./machine-context";
export { renderHostSpec } from "./render-host-spec";
export { withConsulRoles } from "./consul-role";
