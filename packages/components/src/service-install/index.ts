export type {
  ArtifactArgs,
  InstallGateArgs,
  LogsArgs,
  PublishedFileArgs,
  ScheduledEventsArgs,
  SecretSourceArgs,
  ServiceArgs,
  ServiceHealthArgs,
  ServiceInstallArgs,
  StopArgs,
  TlsArgs,
  WatchdogArgs,
} from "./args";
export { ServiceInstall } from "./service-install";
