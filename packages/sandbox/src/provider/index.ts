export * from "./diff";
export * from "./emulated-types";
export * from "./name-seed";
export * from "./property-path";
export * from "./property-values";
export * from "./provider";
export * from "./schema";
export * from "./server";
