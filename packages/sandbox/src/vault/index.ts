export { SecretVersions } from "./secret-versions";
export { Vaults } from "./vaults";
