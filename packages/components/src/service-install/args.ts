import type * as pulumi from "@pulumi/pulumi";
import type { ConsulClientArgs } from "../consul/client-args";
import type { FirewallRuleArgs } from "../firewall/args";
import type { ProbeTimingArgs } from "../load-balancer/args";
import type { ConfigurationArgs } from "./configuration-args";
import type { InstallGateArgs, ServiceHealthArgs, WatchdogArgs } from "./health-args";
import type { RunMode } from "./run-mode";
import type { ScheduleArgs } from "./schedule-args";
import type { RecoveryArgs, ServiceAccountArgs, StartMode } from "./settings-args";

/** A published file: its address and what it must be. */
export interface PublishedFileArgs {
  /**
   * Client id of the identity by which the machines read a private blob in Azure Storage; they must have the identity,
   * and the identity a role such as Storage Blob Data Reader.
   * @default nobody: the file is downloaded anonymously
   */
  identityClientId?: pulumi.Input<string>;
  /**
   * Where the machines download it: http or https, the last segment a plain file name, no query (a signed query would
   * expire and break later scale-out).
   */
  url: pulumi.Input<string>;
  /** SHA-256 in hex. A download with another hash is never run (S0-59). */
  sha256: pulumi.Input<string>;
}

/** A program: a file to upload (`path` alone), or a published one (`url` and `sha256`). */
export interface ArtifactArgs {
  /**
   * The file, absolute or relative to the folder that Pulumi runs the program in; at most 1 GiB. It is uploaded to the
   * cluster's artifact store, under a name that its content decides.
   */
  path?: string;
  /**
   * Where the machines download it: http or https, the last segment a plain file name, no query (a signed query would
   * expire and break later scale-out).
   */
  url?: pulumi.Input<string>;
  /** SHA-256 in hex. A download with another hash is never run (S0-59). */
  sha256?: pulumi.Input<string>;
  /**
   * Client id of the identity by which the machines read a private blob in Azure Storage; they must have the identity,
   * and the identity a role such as Storage Blob Data Reader.
   * @default nobody: the file is downloaded anonymously
   */
  identityClientId?: pulumi.Input<string>;
}

/** The time that a running release gets to leave (S4-36..39). */
export interface StopArgs {
  /**
   * Seconds between "not ready" and the stop request, 0 to 300; needed when the default would be longer.
   * @default probe interval × threshold + 10
   */
  drainSeconds?: number;
  /**
   * Seconds to finish requests after the stop request, 1 to 600.
   * @default 60
   */
  stopSeconds?: number;
  /**
   * Seconds to wait for the end of the process after it was killed, 1 to 60.
   * @default 10
   */
  killSeconds?: number;
  /**
   * Seconds that Windows waits for the service when the machine shuts down, at least `stopSeconds` and at most 3600.
   * Windows' own 10 seconds are shorter than most stops.
   * @default drainSeconds + stopSeconds + killSeconds
   */
  preShutdownSeconds?: number;
}

/** Where a secret comes from: a value that the cluster keeps, or the address of one that is in a vault already. */
export interface SecretSourceArgs {
  /**
   * The value, at most 25 kB: the cluster writes it into its own key vault, and lets its machines read it. Kept as a
   * secret, whether it was one or not. Clusters only.
   * @default none, with `url`
   */
  value?: pulumi.Input<string>;
  /**
   * The secret's identifier, such as `https://orders.vault.azure.net/secrets/database-password`. Without a version the
   * machines follow the newest one; a certificate has no version, else it would never be renewed.
   * @default none, with `value`
   */
  url?: pulumi.Input<string>;
  /**
   * Id of the vault in Azure Resource Manager, or of its secret (`<vault id>/secrets/<name>`): the machines' identity
   * gets the role Key Vault Secrets User there, so whoever deploys needs the right to give roles. Clusters only.
   * @default the identity has the right already
   */
  roleScope?: pulumi.Input<string>;
  /**
   * Client id of the identity by which the machines read it; with a `ServiceInstall` by itself only.
   * @default the identity of the cluster's machines
   */
  identityClientId?: pulumi.Input<string>;
}

/** How a service answers by TLS. */
export interface TlsArgs {
  /**
   * Whether it does: then probes, health extension and install gate ask it by https, and `url` says so.
   * @default true
   */
  enabled?: boolean;
  /**
   * The certificate with its key. A value is PEM text: the service's certificate first, then its issuers', and the key
   * without a passphrase. In a vault it is what Key Vault keeps of a certificate (`/secrets/<name>`, PEM or PKCS#12), so
   * that Key Vault can renew it.
   * @default none; required when TLS is enabled
   */
  certificate?: SecretSourceArgs;
}

/** Azure's announcements that a machine will be restarted, moved or deleted. */
export interface ScheduledEventsArgs {
  /**
   * Whether the service is drained, and stopped before a deletion, before Azure may begin.
   * @default true
   */
  enabled?: boolean;
}

/** The machines' own firewall, as far as the service goes: it lets clients in to the service's process, and to no other. */
export interface HostFirewallArgs {
  /**
   * Whether the agent keeps rules there. Without them Windows refuses every client, unless the machines' image has rules.
   * @default true
   */
  enabled?: boolean;
  /**
   * What is let in, at most 600 rules. Service tags, and lists of more than 20 sources, stay with the network: the machine
   * then lets in whoever comes through it. Administration ports (22, 3389, 5985, 5986) stay with Windows.
   * @default a cluster's balanced ports and `firewall.rules`, with their sources; else the service's port
   */
  rules?: FirewallRuleArgs[];
}

/** The service's entries in the Windows event log. */
export interface EventLogArgs {
  /**
   * Whether a source is registered, without which an entry doesn't show its text (S0-37).
   * @default true
   */
  enabled?: boolean;
  /**
   * The source's name: 1 to 200 letters, digits, dots, underscores, hyphens and spaces.
   * @default the service's name
   */
  source?: string;
}

/** Limits of the log files that the agent writes (S2-35). What the service writes itself stays its own business. */
export interface LogsArgs {
  /**
   * Megabytes at which a log is put aside before its day is over, 1 to 1024.
   * @default 100
   */
  maxMegabytes?: number;
  /**
   * Days that a log stays which was put aside, 1 to 365.
   * @default 7
   */
  keepDays?: number;
  /**
   * Megabytes of all logs of a machine together, 10 to 1048576; the oldest that were put aside go first.
   * @default 2048
   */
  totalMegabytes?: number;
}

/** A Go service that runs on every machine. */
export interface ServiceArgs {
  /** Name of the Windows service: 1 to 80 letters, digits, dots, underscores, hyphens; no device name such as NUL. */
  name: string;
  /**
   * What Windows shows in its list of services.
   * @default the name
   */
  displayName?: string;
  /** At most 1024 characters. */
  description?: string;
  /** Semantic version of the release, such as 1.4.2 (S0-64). */
  version: string;
  /**
   * The program, built for windows/amd64 as a console program; required on machines, and not allowed on AKS. A
   * `ServiceInstall` by itself takes a published one.
   * @default none, with `image`
   */
  artifact?: ArtifactArgs;
  /**
   * The program as a container image for Windows, with a tag other than latest or a digest; required on AKS, and not
   * allowed on machines. `WindowsImage` says how it is built.
   * @default none, with `artifact`
   */
  image?: pulumi.Input<string>;
  /**
   * What the program is (S0-05): `service` speaks with the service control manager itself; `console` knows nothing of
   * services: the agent runs it as one, keeps what it prints, stops it by Ctrl+Break and passes its exit code on;
   * `scheduledTask` is a console program that the agent runs by `schedule`: not in a cluster.
   * @default "service"
   */
  mode?: RunMode;
  /** When a scheduled task runs; required with that mode, else not allowed. */
  schedule?: ScheduleArgs;
  /**
   * TCP port that the service listens on, 1 to 65535; required but for a scheduled task. The agent hands it over in
   * `WINDOWS_HA_ADDRESS`.
   * @default none, for a scheduled task
   */
  port?: number;
  /**
   * Arguments of the program. `${WINDOWS_HA_ADDRESS}`, `${WINDOWS_HA_MACHINE}`, `${WINDOWS_HA_DRAIN_FILE}`,
   * `${WINDOWS_HA_DATA_FOLDER}` and `${WINDOWS_HA_LOG_FOLDER}` are replaced on the machine. Windows would replace `%NAME%` too, so that is refused.
   * @default []
   */
  arguments?: pulumi.Input<string>[];
  /**
   * Environment of the program, with the same replacements. Names of letters, digits and underscores that differ by more
   * than case and don't begin with `WINDOWS_HA_`. No secrets: they would stand in the machine's registry, so names such
   * as `DATABASE_PASSWORD` are refused unless `secretsInEnvironment` lists them.
   * @default {}
   */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Settings that the service reads by itself, in layers, checked and resolved before anything is created. */
  configuration?: ConfigurationArgs;
  /**
   * Secrets by name (upper-case letters, digits, underscores; a letter first; at most 50), each from a key vault. The
   * agent keeps every one in a file that only the service may read, and names the file in the variable `<NAME>_FILE`. A
   * new value is in the file within `secretRefreshSeconds`, without a restart: the service reads the file again. A value
   * that changes here changes no machine's declaration, so nothing is rolled out for it.
   * @default {}
   */
  secrets?: Record<string, SecretSourceArgs>;
  /**
   * How the service answers by TLS. It finds the PEM files in `TLS_CERT_FILE` and `TLS_KEY_FILE`, and reads them again
   * when they change, or at least when it starts.
   * @default plain http
   */
  tls?: TlsArgs;
  /**
   * Seconds between two looks for new versions of secrets and certificate, 10 to 86400.
   * @default 300
   */
  secretRefreshSeconds?: number;
  /**
   * Names in `environment` that look like a secret's and are meant so: for a value that is none, or a program that can't
   * read a file.
   * @default []
   */
  secretsInEnvironment?: string[];
  health?: ServiceHealthArgs;
  installGate?: InstallGateArgs;
  stop?: StopArgs;
  account?: ServiceAccountArgs;
  /**
   * When Windows starts the service.
   * @default "automatic"
   */
  startMode?: StartMode;
  /**
   * Names of Windows services that run before this one starts, at most 20. A service whose dependency is missing
   * doesn't start at all; other systems, such as a database, are none: a service waits for them by itself.
   * @default []
   */
  dependencies?: string[];
  recovery?: RecoveryArgs;
  watchdog?: WatchdogArgs;
  scheduledEvents?: ScheduledEventsArgs;
  hostFirewall?: HostFirewallArgs;
  eventLog?: EventLogArgs;
  logs?: LogsArgs;
  /**
   * Releases that stay on a machine, the running one included; 2 to 20.
   * @default 3
   */
  releasesToKeep?: number;
}

/** Arguments of {@link ServiceInstall}. */
export interface ServiceInstallArgs {
  service: ServiceArgs;
  /** The `windows-ha-agent` program for windows/amd64. */
  agent: PublishedFileArgs;
  /** The balancer's probe, from which the drain time follows. */
  probe?: ProbeTimingArgs;
  /**
   * Consul's client on the machines, which registers the service.
   * @default none
   */
  consul?: ConsulClientArgs;
}
