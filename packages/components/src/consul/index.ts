export type {
  ConsulAgentFileArgs,
  ConsulClientsArgs,
  ConsulFailoverArgs,
  ConsulKubernetesArgs,
  ConsulPackageArgs,
  ConsulProgramArgs,
  ConsulQueryArgs,
  ConsulSecretStoreArgs,
  ConsulServerMachinesArgs,
  ConsulServersArgs,
  ConsulSnapshotsArgs,
} from "./args";
export type { ConsulClientArgs, ConsulRegistrationArgs } from "./client-args";
export { ConsulServers } from "./consul-servers";
