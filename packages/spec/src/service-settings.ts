import { DEFAULTS } from "./defaults";
import type { Fields } from "./shape";
import { PRIVILEGES, type Privilege } from "./windows-privileges";

export const SID_TYPES = ["unrestricted", "restricted", "none"] as const;
export const START_MODES = ["automatic", "delayed", "manual"] as const;
export const RECOVERY_STRATEGIES = ["constant", "backoff", "immediate"] as const;
export const RECOVERY_TAILS = ["none", "slow"] as const;

/** What the service control manager keeps of a service besides its program. */
export interface ServiceSettingsSpec {
  account: AccountSpec;
  startMode: (typeof START_MODES)[number];
  dependencies: string[];
  recovery: RecoverySpec;
}

export interface AccountSpec {
  /** Left out: the virtual account `NT SERVICE\<service>`. */
  name?: string;
  allowLocalSystem: boolean;
  sidType: (typeof SID_TYPES)[number];
  requiredPrivileges: Privilege[];
}

export interface RecoverySpec {
  strategy: (typeof RECOVERY_STRATEGIES)[number];
  /** Left out: what the strategy has by default. */
  delaySeconds?: number;
  maximumRestarts: number;
  tail: (typeof RECOVERY_TAILS)[number];
  resetPeriodSeconds: number;
  nonCrashFailures: boolean;
}

export const LOCAL_SYSTEM = "LocalSystem";
export const VIRTUAL_ACCOUNT_PREFIX = "NT SERVICE\\";

/** Accounts without a password of their own: built in, virtual, or group managed in a domain. */
const ACCOUNT =
  /^(LocalSystem|NT AUTHORITY\\(LocalService|NetworkService)|NT SERVICE\\[A-Za-z0-9._-]{1,80}|(?!NT (AUTHORITY|SERVICE)\\)[A-Za-z0-9][A-Za-z0-9.-]*\\[A-Za-z0-9][A-Za-z0-9._-]{0,18}\$)$/;

export const SERVICE_SETTINGS_FIELDS: Fields = {
  account: {
    kind: "object",
    fields: {
      name: {
        kind: "string",
        pattern: ACCOUNT,
        allowed:
          "NT SERVICE\\<the service's name>, NT AUTHORITY\\LocalService, NT AUTHORITY\\NetworkService, DOMAIN\\name$ for a group managed service account, or LocalSystem",
        fix: "Leave account.name out for a virtual account, or take an account that has no password: one of a person would lie on every machine.",
      },
      allowLocalSystem: { kind: "boolean", default: false },
      sidType: { kind: "string", oneOf: SID_TYPES, default: "unrestricted" },
      requiredPrivileges: {
        kind: "list",
        default: [],
        unique: true,
        of: {
          kind: "string",
          oneOf: PRIVILEGES,
          allowed: "the name of a Windows privilege, such as SeChangeNotifyPrivilege or SeCreateGlobalPrivilege",
        },
      },
    },
  },
  startMode: { kind: "string", oneOf: START_MODES, default: "automatic" },
  dependencies: {
    kind: "list",
    default: [],
    maxItems: 20,
    of: {
      kind: "string",
      pattern: /^[^\\/+\0\s]([^\\/\0]{0,254}[^\\/\0\s])?$/,
      allowed: "the name of a Windows service: 1 to 256 characters, no slash or backslash, no load-order group (+)",
      fix: "Give the service's name as `sc.exe query` shows it, not its display name.",
    },
  },
  recovery: {
    kind: "object",
    fields: {
      strategy: { kind: "string", oneOf: RECOVERY_STRATEGIES, default: DEFAULTS.recovery.strategy },
      delaySeconds: { kind: "integer", minimum: 1, maximum: 3600 },
      maximumRestarts: { kind: "integer", minimum: 1, maximum: 20, default: DEFAULTS.recovery.maximumRestarts },
      tail: { kind: "string", oneOf: RECOVERY_TAILS, default: DEFAULTS.recovery.tail },
      resetPeriodSeconds: {
        kind: "integer",
        minimum: 1,
        maximum: 2_592_000,
        default: DEFAULTS.recovery.resetPeriodSeconds,
      },
      nonCrashFailures: { kind: "boolean", default: DEFAULTS.recovery.nonCrashFailures },
    },
  },
};
