export { SecretReaderType } from "./args";
export type { PrivateAccessArgs } from "../common/private-access";
export type { SecretReaderArgs, SecretStoreArgs } from "./args";
export { SecretStore } from "./secret-store";
