export type {
  ArtifactArgs,
  EventLogArgs,
  HostFirewallArgs,
  LogsArgs,
  PublishedFileArgs,
  ScheduledEventsArgs,
  SecretSourceArgs,
  ServiceArgs,
  ServiceInstallArgs,
  StopArgs,
  TlsArgs,
} from "./args";
export { ConfigurationStore } from "./configuration-args";
export type { ConfigurationArgs } from "./configuration-args";
export type { InstallGateArgs, ServiceHealthArgs, WatchdogArgs } from "./health-args";
export { HealthProvider, RunMode, ScheduleTimeZone } from "./run-mode";
export type { ScheduleArgs } from "./schedule-args";
export { RecoveryStrategy, RecoveryTail, SidType, StartMode } from "./settings-args";
export type { RecoveryArgs, ServiceAccountArgs } from "./settings-args";
export { ServiceInstall } from "./service-install";
