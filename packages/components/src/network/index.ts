export type { FlowLogsArgs, NetworkArgs, NetworkRangesArgs } from "./args";
export { Network } from "./network";
