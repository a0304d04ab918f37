/** Whether the process carries the service's own SID. */
export const SidType = { Unrestricted: "unrestricted", Restricted: "restricted", None: "none" } as const;
/**
 * `unrestricted`: access lists can name the service · `restricted`: it writes only where a list names it (its data, log
 * and secrets folders do) · `none`: no SID.
 */
export type SidType = (typeof SidType)[keyof typeof SidType];

/** Who the service is on its machine, and what it may do there. */
export interface ServiceAccountArgs {
  /**
   * An account without a password of its own: `NT SERVICE\\<service>`, `NT AUTHORITY\\LocalService`,
   * `NT AUTHORITY\\NetworkService`, `DOMAIN\\name$` for a group managed service account (on machines that are in its
   * domain and may use it), or `LocalSystem`. Another account restarts the service.
   * @default the virtual account `NT SERVICE\\<service>`, which Windows makes for this service alone
   */
  name?: string;
  /**
   * Whether `LocalSystem` is meant: with it a fault in the service gives away the whole machine.
   * @default false
   */
  allowLocalSystem?: boolean;
  /**
   * Whether the process carries the service's own SID. A change restarts the service, and takes effect for certain when
   * the machine is restarted next.
   * @default "unrestricted"
   */
  sidType?: SidType;
  /**
   * The privileges that the process keeps, all others of the account are taken away: `SeChangeNotifyPrivilege` alone is
   * enough for most services. A list replaces the former one. A change restarts the service.
   * @default []
   */
  requiredPrivileges?: string[];
}

/** When Windows starts a service. */
export const StartMode = { Automatic: "automatic", Delayed: "delayed", Manual: "manual" } as const;
/**
 * `automatic`: with the machine · `delayed`: two minutes after the machine's other services · `manual`: only when
 * somebody asks, so it stays down after a restart of the machine.
 */
export type StartMode = (typeof StartMode)[keyof typeof StartMode];

/** How the time before a restart grows. */
export const RecoveryStrategy = { Constant: "constant", Backoff: "backoff", Immediate: "immediate" } as const;
/** `constant`: always the same · `backoff`: twice the one before · `immediate`: none. */
export type RecoveryStrategy = (typeof RecoveryStrategy)[keyof typeof RecoveryStrategy];

/** What comes after the last restart. */
export const RecoveryTail = { None: "none", Slow: "slow" } as const;
/** `none`: the service stays down · `slow`: a restart every 60 seconds, for ever. */
export type RecoveryTail = (typeof RecoveryTail)[keyof typeof RecoveryTail];

/** What Windows does when the service's process ends by itself (S1-21, S2-30). A change restarts nothing. */
export interface RecoveryArgs {
  /**
   * How the time before a restart grows.
   * @default "constant"
   */
  strategy?: RecoveryStrategy;
  /**
   * Seconds before the first restart, 1 to 3600; not with `immediate`.
   * @default by the strategy: 5 with `constant` (S2-26), 1 with `backoff` (S2-29)
   */
  delaySeconds?: number;
  /**
   * Restarts in a row, 1 to 20 (S2-26, S2-27).
   * @default 5
   */
  maximumRestarts?: number;
  /**
   * What comes after them. Windows would repeat the last restart for ever.
   * @default "none"
   */
  tail?: RecoveryTail;
  /**
   * Seconds without a failure after which the restarts count anew, 1 to 2592000 (30 days), and more than the longest
   * delay. With a day, six separate crashes would stop a service for good.
   * @default 600
   */
  resetPeriodSeconds?: number;
  /**
   * Whether an exit code other than 0 is a failure, too (S1-22). A crash always is one.
   * @default true
   */
  nonCrashFailures?: boolean;
}
