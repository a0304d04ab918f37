export { startProviderServer, type ProviderServer, type ResourceProviderImplementation } from "../provider";
export { ProfileEffects, type Fault, type Operation, type SandboxProfile } from "./profile";
export { azureNativeProvider } from "./provider";
export type { AzureNativeOptions } from "./resource-manager";
export { ResourceStore, type StoredResource } from "./resource-store";
