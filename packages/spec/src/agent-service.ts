import type { Privilege } from "./windows-privileges";

/** The service as the service manager sees it. */
export interface AgentService {
  /**
   * The service's name: letters, digits, `.`, `_`, `-`; unique on the machine.
   * @minLength 1
   * @maxLength 80
   * @pattern ^[A-Za-z0-9][A-Za-z0-9._-]*$
   */
  name: string;
  /**
   * What Windows shows in its list of services (S0-22).
   * @minLength 1
   * @maxLength 256
   */
  displayName: string;
  /** @maxLength 1024 */
  description: string;
  /**
   * Semantic version of the release (S0-64).
   * @pattern ^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$
   */
  version: string;
  /**
   * The TCP port that the service listens on; left out with a schedule.
   * @minimum 1
   * @maximum 65535
   * @asType integer
   */
  port?: number;
  /** Arguments of the program. `${WINDOWS_HA_ADDRESS}`, `${WINDOWS_HA_MACHINE}`, `${WINDOWS_HA_DRAIN_FILE}`, `${WINDOWS_HA_DATA_FOLDER}` and `${WINDOWS_HA_LOG_FOLDER}` are replaced. */
  arguments: string[];
  /** Environment of the program, with the same replacements. Never secrets. */
  environment: Record<string, string>;
  /**
   * Settings of the program, text by key: the agent writes them into a JSON file of the release, which
   * `WINDOWS_HA_CONFIG_FILE` names. Never secrets.
   */
  configuration?: Record<string, string>;
  /**
   * Where the program finds its settings in Consul's store: it is told in `WINDOWS_HA_CONFIG_PREFIX`.
   * @maxLength 256
   * @pattern ^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$
   */
  configurationPrefix?: string;
  /**
   * What the program is: one that speaks with the service manager (if left out), a console program, which the agent wraps,
   * or one that the agent runs by a schedule.
   */
  mode?: "service" | "console" | "scheduledTask";
  /** When a scheduled task runs; with no other mode. */
  schedule?: AgentSchedule;
  /**
   * Account without a password of its own; without it, the virtual account of the service.
   * @pattern ^(LocalSystem|NT AUTHORITY\\(LocalService|NetworkService)|NT SERVICE\\[A-Za-z0-9._-]{1,80}|[A-Za-z0-9][A-Za-z0-9.-]*\\[A-Za-z0-9][A-Za-z0-9._-]{0,18}\$)$
   */
  account?: string;
  /** Whether the process carries the service's own SID: `unrestricted` if left out. */
  sidType?: "unrestricted" | "restricted" | "none";
  /** The privileges that the process keeps, and no others; without it, all that the account has. */
  requiredPrivileges?: Privilege[];
  /** When Windows starts the service: `automatic` if left out. */
  startMode?: "automatic" | "delayed" | "manual";
  /**
   * Windows services that run before this one starts.
   * @maxItems 20
   */
  dependencies?: string[];
  /** What Windows does when the service fails: five restarts after 5 s each if left out. */
  recovery?: AgentRecovery;
}

/**
 * Either an interval or a time of the day. A run that is due while another one goes on is left out; one that was missed
 * because the machine was off is made up for once.
 */
export interface AgentSchedule {
  /**
   * Seconds between the starts of two runs.
   * @minimum 0.1
   * @maximum 2678400
   */
  intervalSeconds?: number;
  /**
   * Time of the day at which it starts: hours and minutes.
   * @pattern ^([01]\d|2[0-3]):[0-5]\d$
   */
  dailyAt?: string;
  /** Whose time of the day: `UTC` if left out, or the one that Windows is set to. */
  timeZone?: "UTC" | "machine";
  /**
   * Seconds after which a run is ended.
   * @minimum 0.1
   * @maximum 259200
   */
  timeLimitSeconds: number;
}

/** What the service control manager does when the service fails: its own list of actions. */
export interface AgentRecovery {
  /**
   * The Nth failure gets the Nth action, every later one the last.
   * @minItems 1
   * @maxItems 50
   */
  actions: AgentRecoveryAction[];
  /**
   * Seconds without a failure after which the count begins anew.
   * @minimum 1
   * @maximum 2592000
   * @asType integer
   */
  resetPeriodSeconds: number;
  /** Whether an exit code other than 0 is a failure, too; a crash always is one. */
  nonCrashFailures: boolean;
}

/** One action of the service control manager. */
export interface AgentRecoveryAction {
  action: "restart" | "none";
  /**
   * Seconds to wait before it.
   * @minimum 0
   * @maximum 86400
   */
  delaySeconds: number;
}
