export type {
  ArtifactArgs,
  InstallGateArgs,
  PublishedFileArgs,
  ServiceArgs,
  ServiceHealthArgs,
  ServiceInstallArgs,
  StopArgs,
} from "./args";
export { ServiceInstall } from "./service-install";
