export { SecretReaderType } from "./args";
export type { PrivateAccessArgs, SecretReaderArgs, SecretStoreArgs } from "./args";
export { SecretStore } from "./secret-store";
