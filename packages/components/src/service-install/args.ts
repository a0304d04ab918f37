import type * as pulumi from "@pulumi/pulumi";
import type { ProbeTimingArgs } from "../load-balancer/args";

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

/** The endpoints by which a service shows how it is. */
export interface ServiceHealthArgs {
  /**
   * Answers 200 while the process serves; must not look at dependencies, else a database fault restarts every machine.
   * @default "/health"
   */
  livenessPath?: string;
  /**
   * Answers 200 while the service may get new connections, 503 while it drains (the file named by
   * `WINDOWS_HA_DRAIN_FILE` exists). A service without such an endpoint gives its liveness path here.
   * @default "/ready"
   */
  readinessPath?: string;
  /**
   * Whether the liveness answer is JSON with an `ApplicationHealthState`, as the application health extension 2.0 wants
   * it. `false` takes the extension's binary states (1.0): 200 is healthy.
   * @default true
   */
  reportsHealthState?: boolean;
}

/** When a release that was just started counts as good. */
export interface InstallGateArgs {
  /**
   * Seconds between two questions, 1 to 60.
   * @default 2
   */
  intervalSeconds?: number;
  /**
   * Seconds until a question counts as failed, 1 to 60.
   * @default 2
   */
  timeoutSeconds?: number;
  /**
   * Healthy answers in a row from one process, 1 to 100.
   * @default 3
   */
  consecutiveSuccesses?: number;
  /**
   * Seconds after the start in which the release must be good, 1 to 3600; else the former one is restored.
   * @default 120
   */
  deadlineSeconds?: number;
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

/** A service that lives and answers no more on its liveness endpoint is killed and started again. */
export interface WatchdogArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Seconds between two questions, 1 to 60 (S0-54).
   * @default 1
   */
  intervalSeconds?: number;
  /**
   * Seconds until a question counts as failed, 1 to 60.
   * @default 1
   */
  timeoutSeconds?: number;
  /**
   * Failed questions in a row that make a service a hung one, 2 to 100. A fresh process first gets the install gate's
   * `deadlineSeconds` to answer; restarts in a row come at growing distances, 10 s to 5 min.
   * @default 5
   */
  failures?: number;
}

/** Azure's announcements that a machine will be restarted, moved or deleted. */
export interface ScheduledEventsArgs {
  /**
   * Whether the service is drained, and stopped before a deletion, before Azure may begin.
   * @default true
   */
  enabled?: boolean;
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
  /** The program, built for windows/amd64 as a console program. A `ServiceInstall` by itself takes a published one. */
  artifact: ArtifactArgs;
  /** TCP port that the service listens on, 1 to 65535. The agent hands it over in `WINDOWS_HA_ADDRESS`. */
  port: number;
  /**
   * Arguments of the program. `${WINDOWS_HA_ADDRESS}`, `${WINDOWS_HA_MACHINE}` and `${WINDOWS_HA_DRAIN_FILE}` are
   * replaced on the machine. Windows would replace `%NAME%` too, so that is refused.
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
  watchdog?: WatchdogArgs;
  scheduledEvents?: ScheduledEventsArgs;
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
}
