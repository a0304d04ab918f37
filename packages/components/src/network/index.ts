export type { FlowLogsArgs, NetworkArgs, NetworkRangesArgs, PrivateEndpointArgs } from "./args";
export { Network } from "./network";
