import { DEFAULTS } from "../defaults";

const RULES = DEFAULTS.consul;

/** A service of a machine, as it is told to the client there (S1-50, S3-16). */
export interface ConsulServiceInput {
  /** What callers ask for, as `<name>.service.consul`. */
  name: string;
  /** Among the services of one machine. @default the name */
  id?: string;
  /** Left out: a worker without a port, which reports by itself that it lives (`ttlSeconds`). */
  port?: number;
  /** Found as `<tag>.<name>.service.consul`. @default [] */
  tags?: readonly string[];
  /** The running release, for callers and for the eye: the catalogue's `version`. */
  version: string;
  /** The machine's availability zone: the catalogue's `zone`. */
  zone?: string;
  /** More of the same, as text. */
  meta?: Readonly<Record<string, string>>;
  /** Share of new callers while all is well, and while something warns. @default {"passing": 10, "warning": 10} */
  weights?: { passing: number; warning: number };
  /** How the health endpoints are asked. @default "http" */
  scheme?: "http" | "https";
  /** Where the health endpoints answer, if not on the service's port. */
  healthPort?: number;
  /** Where they answer on the machine. @default "127.0.0.1" */
  healthAddress?: string;
  /** Answers 503 while the service is not ready or drains. @default "/ready" */
  readinessPath?: string;
  /** Answers 429 while a dependency is lost; false: the service has no such endpoint. @default "/health/deps" (S0-56) */
  dependenciesPath?: string | false;
  /** Seconds between two questions for readiness, 1 to 3600. @default 10 (S3-16) */
  checkIntervalSeconds?: number;
  /** Seconds after which an answer is a failure, 1 to 60, less than the interval. @default 1 */
  checkTimeoutSeconds?: number;
  /**
   * Whether liveness is asked for too, often enough for a leader: a session may hang on the check `<id>:health`, which ends
   * the lead of an instance that hangs. An instance whose check fails isn't found any more, either. @default false
   */
  leaderCheck?: boolean;
  /** Answers while the process serves. @default "/health" */
  livenessPath?: string;
  /** Seconds in which a service without a port has to report. @default 30 (S0-51, S0-57) */
  ttlSeconds?: number;
  /** Minutes of failure after which the entry goes, 10 at least. @default 60 (S0-57) */
  deregisterAfterMinutes?: number;
  /** The Windows service to watch besides; left out on Linux, where Consul refuses the kind. */
  windowsService?: string;
}

/** A service in a file of a client's configuration, in Consul's own words. */
export interface ConsulServiceDocument {
  service: {
    id: string;
    name: string;
    port?: number;
    tags: string[];
    meta: Record<string, string>;
    weights: { passing: number; warning: number };
    enable_tag_override: boolean;
    checks: ConsulCheck[];
  };
}

/** A check of a service. */
export interface ConsulCheck {
  id: string;
  name: string;
  http?: string;
  method?: "GET";
  /** A certificate for the service's public name is none for the address that it's asked at on its own machine. */
  tls_skip_verify?: boolean;
  ttl?: string;
  os_service?: string;
  interval?: string;
  timeout?: string;
  /** What it is before its first answer. */
  status: "critical" | "passing";
  success_before_passing?: number;
  failures_before_critical?: number;
  deregister_critical_service_after?: string;
}

/** The file that registers a service at the client of its machine: there only while the service is installed. */
export function consulServiceDocument(input: ConsulServiceInput): ConsulServiceDocument {
  const { name, id = name, port, tags = [], version, zone, meta = {}, windowsService } = input;
  const own = port === undefined ? [ttlCheck(id, input)] : endpointChecks(id, port, input);
  return {
    service: {
      id,
      name,
      ...(port === undefined ? {} : { port }),
      tags: [...tags],
      meta: { ...meta, version, ...(zone === undefined ? {} : { zone }) },
      // Equal: a lost dependency is lost for all, and fewer callers for whoever noticed it first wouldn't help anyone.
      weights: { ...(input.weights ?? { passing: 10, warning: 10 }) },
      enable_tag_override: false,
      checks: [...own, ...(windowsService === undefined ? [] : [windowsServiceCheck(id, windowsService, input)])],
    },
  };
}

/** Readiness decides who is found; dependencies only warn: 429 is the one answer that Consul takes for a warning. */
function endpointChecks(id: string, port: number, input: ConsulServiceInput): ConsulCheck[] {
  const { scheme = "http", healthPort = port, healthAddress = "127.0.0.1" } = input;
  const { readinessPath = DEFAULTS.service.readinessPath, dependenciesPath = RULES.dependenciesPath } = input;
  const asked = (path: string): Pick<ConsulCheck, "http" | "method" | "tls_skip_verify"> => ({
    http: `${scheme}://${healthAddress}:${healthPort}${path}`,
    method: "GET",
    ...(scheme === "https" ? { tls_skip_verify: true } : {}),
  });
  const timeout = seconds(input.checkTimeoutSeconds ?? RULES.checkTimeoutSeconds);
  return [
    {
      id: `${id}:ready`,
      name: "Ready",
      ...asked(readinessPath),
      interval: seconds(input.checkIntervalSeconds ?? RULES.checkIntervalSeconds),
      timeout,
      // Nobody is sent to a service that hasn't answered yet, and nobody any more at the first failure (S3-16).
      status: "critical",
      failures_before_critical: 0,
      deregister_critical_service_after: deregisterAfter(input),
    },
    ...(input.leaderCheck ? [leaderCheck(id, asked(input.livenessPath ?? DEFAULTS.service.livenessPath))] : []),
    ...(dependenciesPath === false
      ? []
      : [
          {
            id: `${id}:dependencies`,
            name: "Dependencies",
            ...asked(dependenciesPath),
            interval: seconds(RULES.dependenciesIntervalSeconds),
            timeout,
            // What isn't known yet removes nobody.
            status: "passing" as const,
          },
        ]),
  ];
}

/** Two failures: one slow answer must not cost the lead. */
function leaderCheck(id: string, asked: Pick<ConsulCheck, "http" | "method" | "tls_skip_verify">): ConsulCheck {
  const { checkIntervalSeconds, checkTimeoutSeconds, failures } = DEFAULTS.leader;
  return {
    id: consulLeaderCheckId(id),
    name: "Health",
    ...asked,
    interval: seconds(checkIntervalSeconds),
    timeout: seconds(checkTimeoutSeconds),
    status: "critical",
    failures_before_critical: failures,
  };
}

/** The check that a leader's session names in `ServiceChecks`. */
export function consulLeaderCheckId(id: string): string {
  return `${id}:health`;
}

function ttlCheck(id: string, input: ConsulServiceInput): ConsulCheck {
  return {
    id: `${id}:alive`,
    name: "Alive",
    ttl: seconds(input.ttlSeconds ?? RULES.ttlSeconds),
    status: "critical",
    deregister_critical_service_after: deregisterAfter(input),
  };
}

/** What the service control manager says: a service that was stopped by hand is gone before it is asked. */
function windowsServiceCheck(id: string, windowsService: string, input: ConsulServiceInput): ConsulCheck {
  return {
    id: `${id}:windows-service`,
    name: "Windows service",
    os_service: windowsService,
    interval: seconds(input.checkIntervalSeconds ?? RULES.checkIntervalSeconds),
    status: "critical",
  };
}

const seconds = (count: number): string => `${count}s`;

function deregisterAfter({ deregisterAfterMinutes = RULES.deregisterAfterMinutes }: ConsulServiceInput): string {
  return `${deregisterAfterMinutes}m`;
}
