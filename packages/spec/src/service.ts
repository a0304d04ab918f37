import { CONFIGURATION_FIELD, type ConfigurationSpec } from "./configuration/configuration";
import { DEFAULTS } from "./defaults";
import { HOST_FIREWALL_FIELD, type HostFirewallSpec } from "./host-firewall";
import { SERVICE_HEALTH_FIELD, type ServiceHealthSpec } from "./service-health";
import { IDENTITY_CLIENT_ID_FIELD, SERVICE_SECRET_FIELDS, type SecretSource, type TlsSpec } from "./service-secrets";
import { PORT_FIELD, SCHEDULE_FIELD, type ScheduleSpec } from "./service-schedule";
import { SERVICE_SETTINGS_FIELDS, type ServiceSettingsSpec } from "./service-settings";
import type { Field, ObjectField } from "./shape";

/** Semantic version 2.0.0 (S0-64), as on semver.org. */
export const SEMANTIC_VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/**
 * What a program is (S0-05): one that speaks with the service manager itself, one that is meant for a console, or such a
 * one for periodic work.
 */
export const RUN_MODES = ["service", "console", "scheduledTask"] as const;
export type RunMode = (typeof RUN_MODES)[number];

/** The parts of a service that are known when the program runs. */
export interface ServiceSpec extends ServiceSettingsSpec {
  name: string;
  displayName?: string;
  description?: string;
  version: string;
  mode: RunMode;
  schedule?: ScheduleSpec;
  /** 0 for a scheduled task. */
  port: number;
  health: ServiceHealthSpec;
  installGate: InstallGateSpec;
  stop: StopSpec;
  releasesToKeep: number;
  watchdog: WatchdogSpec;
  scheduledEvents: { enabled: boolean };
  hostFirewall: HostFirewallSpec;
  eventLog: { enabled: boolean; /** Left out: the service's name. */ source?: string };
  logs: LogsSpec;
  /** The service's settings; left out where it has none of ours. */
  configuration?: ConfigurationSpec;
  /** Where each secret comes from, by its name. May hold values: never shown. */
  secrets: Record<string, SecretSource>;
  tls?: TlsSpec;
  secretRefreshSeconds: number;
  /** Names of the environment that may hold a secret. */
  secretsInEnvironment: string[];
}

export interface InstallGateSpec {
  intervalSeconds: number;
  timeoutSeconds: number;
  consecutiveSuccesses: number;
  deadlineSeconds: number;
}

export interface StopSpec {
  /** Left out: the time that the balancer needs to notice, plus a margin. */
  drainSeconds?: number;
  stopSeconds: number;
  killSeconds: number;
  /** Left out: drain, stop and kill together. */
  preShutdownSeconds?: number;
}

export interface WatchdogSpec {
  enabled: boolean;
  intervalSeconds: number;
  timeoutSeconds: number;
  failures: number;
}

export interface LogsSpec {
  maxMegabytes: number;
  keepDays: number;
  totalMegabytes: number;
}

/** Characters that survive in a service name, a folder name and a registry key alike. */
export const SERVICE_NAME: Field = {
  kind: "string",
  required: true,
  pattern: /^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/,
  allowed: "1 to 80 letters, digits, dots, underscores and hyphens; a letter or digit first, no dot or hyphen last",
};

export const SHA256: Field = {
  kind: "string",
  required: true,
  input: true,
  pattern: /^[0-9a-f]{64}$/i,
  allowed: "64 hexadecimal digits",
  fix: "Give the SHA-256 of the published file, for example from `sha256sum` or `certutil -hashfile`.",
};

/** An address that a machine downloads from. The last segment is the file's name on the machine. */
export const DOWNLOAD_URL: Field = {
  kind: "string",
  required: true,
  input: true,
  // A query or a user part is what this refuses, and either may be a key.
  confidential: true,
  pattern: /^https?:\/\/[^\s/?#@]+\/(?:[^\s?#]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/,
  allowed:
    "an http or https address without user and query (a signed query would expire and break later scale-out), whose last segment is a plain file name",
  fix: "Publish the file at a lasting address, such as https://files.example.com/orders-1.4.2.exe.",
};

/** Where a program comes from: a file to upload, or a published one. `checkArtifactSource` says that it is one of the two. */
export const ARTIFACT_FIELD: ObjectField = {
  kind: "object",
  fields: {
    path: { kind: "string", minLength: 1, maxLength: 1024 },
    url: { ...DOWNLOAD_URL, required: false },
    sha256: { ...SHA256, required: false },
    identityClientId: IDENTITY_CLIENT_ID_FIELD,
  },
};

export const SERVICE_FIELD: ObjectField = {
  kind: "object",
  required: true,
  refused: {
    image: "Machines run an artifact, pods an image: give service.artifact, or take a WindowsHaAksCluster.",
  },
  fields: {
    name: SERVICE_NAME,
    displayName: { kind: "string", minLength: 1, maxLength: 256 },
    description: { kind: "string", maxLength: 1024 },
    version: {
      kind: "string",
      required: true,
      pattern: SEMANTIC_VERSION,
      allowed: "a semantic version such as 1.4.2 (three numbers, no leading v)",
    },
    artifact: { ...ARTIFACT_FIELD, required: true },
    mode: { kind: "string", oneOf: RUN_MODES, default: "service" },
    schedule: SCHEDULE_FIELD,
    port: { ...PORT_FIELD, default: 0 },
    arguments: { kind: "list", default: [], of: { kind: "string", input: true, confidential: true } },
    environment: {
      kind: "map",
      default: {},
      input: true,
      keyPattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
      of: { kind: "string", input: true, confidential: true, required: true },
      allowed: "a map of names (letters, digits, underscores) to text",
    },
    configuration: CONFIGURATION_FIELD,
    health: SERVICE_HEALTH_FIELD,
    installGate: {
      kind: "object",
      fields: {
        intervalSeconds: { kind: "integer", minimum: 1, maximum: 60, default: DEFAULTS.installGate.intervalSeconds },
        timeoutSeconds: { kind: "integer", minimum: 1, maximum: 60, default: DEFAULTS.installGate.timeoutSeconds },
        consecutiveSuccesses: {
          kind: "integer",
          minimum: 1,
          maximum: 100,
          default: DEFAULTS.installGate.consecutiveSuccesses,
        },
        deadlineSeconds: { kind: "integer", minimum: 1, maximum: 3600, default: DEFAULTS.installGate.deadlineSeconds },
      },
    },
    stop: {
      kind: "object",
      fields: {
        drainSeconds: { kind: "integer", minimum: 0, maximum: 300 },
        stopSeconds: { kind: "integer", minimum: 1, maximum: 600, default: DEFAULTS.stop.stopSeconds },
        killSeconds: { kind: "integer", minimum: 1, maximum: 60, default: DEFAULTS.stop.killSeconds },
        preShutdownSeconds: { kind: "integer", minimum: 1, maximum: 3600 },
      },
    },
    ...SERVICE_SETTINGS_FIELDS,
    ...SERVICE_SECRET_FIELDS,
    watchdog: {
      kind: "object",
      fields: {
        enabled: { kind: "boolean", default: true },
        intervalSeconds: { kind: "integer", minimum: 1, maximum: 60, default: DEFAULTS.watchdog.intervalSeconds },
        timeoutSeconds: { kind: "integer", minimum: 1, maximum: 60, default: DEFAULTS.watchdog.timeoutSeconds },
        failures: { kind: "integer", minimum: 2, maximum: 100, default: DEFAULTS.watchdog.failures },
      },
    },
    scheduledEvents: { kind: "object", fields: { enabled: { kind: "boolean", default: true } } },
    hostFirewall: HOST_FIREWALL_FIELD,
    eventLog: {
      kind: "object",
      fields: {
        enabled: { kind: "boolean", default: true },
        source: {
          kind: "string",
          pattern: /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,199}$/,
          allowed: "1 to 200 letters, digits, dots, underscores, hyphens and spaces; a letter or digit first",
        },
      },
    },
    logs: {
      kind: "object",
      fields: {
        maxMegabytes: { kind: "integer", minimum: 1, maximum: 1024, default: DEFAULTS.logs.maxMegabytes },
        keepDays: { kind: "integer", minimum: 1, maximum: 365, default: DEFAULTS.logs.keepDays },
        totalMegabytes: { kind: "integer", minimum: 10, maximum: 1_048_576, default: DEFAULTS.logs.totalMegabytes },
      },
    },
    releasesToKeep: { kind: "integer", minimum: 2, maximum: 20, default: DEFAULTS.service.releasesToKeep },
  },
};
