export * from "./evaluate";
export * from "./explain";
export * from "./security-rule";
export { PROBE_SOURCE } from "./service-tags";
export type { StackResource } from "./stack-resource";
