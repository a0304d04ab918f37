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
   * than case and don't begin with `WINDOWS_HA_`. No secrets: they would stand in the machine's registry.
   * @default {}
   */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  health?: ServiceHealthArgs;
  installGate?: InstallGateArgs;
  stop?: StopArgs;
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
