export type { NetworkArgs, NetworkRangesArgs } from "./args";
export { Network } from "./network";
