export * from "./cluster";
export { InvalidArgumentsError } from "./common/invalid-arguments";
export type { PlacementArgs } from "./common/placement";
export * from "./firewall";
export * from "./load-balancer";
export * from "./network";
export * from "./scale-set";
export * from "./service-install";
