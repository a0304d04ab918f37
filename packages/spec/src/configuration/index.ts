export * from "./configuration";
export * from "./configuration-facts";
export * from "./configuration-rules";
export * from "./explain-configuration";
export * from "./resolve-configuration";
