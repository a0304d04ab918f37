import type { Finding } from "./finding";
import { restartDelays } from "./models/recovery";
import type { ServiceSpec } from "./service";
import { LOCAL_SYSTEM, VIRTUAL_ACCOUNT_PREFIX } from "./service-settings";
import { DEFAULTS } from "./defaults";

/** What the shape can't say about a service's settings in Windows. */
export function checkServiceSettings(service: ServiceSpec): Finding[] {
  return [
    ...checkAccount(service),
    ...checkSidType(service),
    ...checkDependencies(service),
    ...checkRecovery(service),
    ...checkPreShutdown(service),
  ];
}

/** Whether the service runs under the account that Windows makes for it alone. */
export function hasVirtualAccount({ account, name }: Pick<ServiceSpec, "account" | "name">): boolean {
  return account.name === undefined || account.name === VIRTUAL_ACCOUNT_PREFIX + name;
}

function checkAccount({ account, name }: ServiceSpec): Finding[] {
  const path = "service.account.name";
  if (account.name === LOCAL_SYSTEM && !account.allowLocalSystem) {
    return [
      {
        rule: "local-system",
        path,
        seen: JSON.stringify(account.name),
        allowed: "an account with fewer rights: a fault in a service under LocalSystem gives away the whole machine",
        fix: "Leave account.name out for a virtual account. If the service can't do without, set service.account.allowLocalSystem to true.",
      },
    ];
  }
  if (!account.name?.startsWith(VIRTUAL_ACCOUNT_PREFIX) || hasVirtualAccount({ account, name })) return [];
  return [
    {
      rule: "virtual-account",
      path,
      seen: JSON.stringify(account.name),
      allowed: `${VIRTUAL_ACCOUNT_PREFIX}${name}: a virtual account belongs to the service of its name`,
      fix: "Leave account.name out.",
    },
  ];
}

/** The access lists of the service's folders name its SID, which only a virtual account has without a type. */
function checkSidType({ account, name }: ServiceSpec): Finding[] {
  if (account.sidType !== "none" || hasVirtualAccount({ account, name }) || account.name === LOCAL_SYSTEM) return [];
  return [
    {
      rule: "sid-type",
      path: "service.account.sidType",
      seen: `"none", with the account ${account.name}`,
      allowed:
        '"unrestricted" or "restricted": by its SID the service is let into its data, log and secrets folders, which others under the same account are not',
      fix: "Leave service.account.sidType out.",
    },
  ];
}

/** The agent exchanges its own service while others run. */
const AGENT_SERVICE = "windows-ha-agent";

function checkDependencies({ dependencies, name }: ServiceSpec): Finding[] {
  const names = dependencies.map((dependency) => dependency.toLowerCase());
  return names.flatMap((dependency, index): Finding[] => {
    const problem =
      dependency === name.toLowerCase()
        ? { allowed: "another service: no service can wait for itself", fix: "Remove it." }
        : dependency === AGENT_SERVICE
          ? {
              allowed: "a service other than the agent's own, which is exchanged while others run",
              fix: "Remove it: the agent needs no service that waits for it.",
            }
          : names.indexOf(dependency) < index
            ? { allowed: "each service once; case doesn't count on Windows", fix: "Remove it." }
            : undefined;
    if (!problem) return [];
    const path = `service.dependencies[${index}]`;
    return [{ rule: "dependency", path, seen: JSON.stringify(dependencies[index]), ...problem }];
  });
}

/** Longest delay before a restart that is worth waiting for. */
const LONGEST_DELAY_SECONDS = 3600;

function checkRecovery({ recovery }: ServiceSpec): Finding[] {
  const { strategy, delaySeconds, resetPeriodSeconds, tail } = recovery;
  const longest = Math.max(...restartDelays(recovery));
  const findings: Finding[] = [];
  if (strategy === "immediate" && delaySeconds !== undefined) {
    findings.push({
      rule: "recovery-delay",
      path: "service.recovery.delaySeconds",
      seen: String(delaySeconds),
      allowed: 'nothing with strategy "immediate", which waits 0 seconds',
      fix: 'Remove it, or take strategy "constant".',
    });
    return findings;
  }
  if (longest > LONGEST_DELAY_SECONDS) {
    findings.push({
      rule: "recovery-delay",
      path: "service.recovery.maximumRestarts",
      seen: `${recovery.maximumRestarts}, so the last restart waits ${longest} seconds`,
      allowed: `delays of at most ${LONGEST_DELAY_SECONDS} seconds`,
      fix: "Lower maximumRestarts or delaySeconds: every restart waits twice as long as the one before.",
    });
  }
  const waits = tail === "slow" ? Math.max(longest, DEFAULTS.recovery.slowDelaySeconds) : longest;
  if (resetPeriodSeconds <= waits) {
    findings.push({
      rule: "recovery-reset",
      path: "service.recovery.resetPeriodSeconds",
      seen: String(resetPeriodSeconds),
      allowed: `more than the longest delay of ${waits} seconds: the count would begin anew while a restart is waited for, and maximumRestarts would never be reached`,
      fix: "Raise resetPeriodSeconds, or shorten the delays.",
    });
  }
  return findings;
}

function checkPreShutdown({ stop }: ServiceSpec): Finding[] {
  if (stop.preShutdownSeconds === undefined || stop.preShutdownSeconds >= stop.stopSeconds) return [];
  return [
    {
      rule: "pre-shutdown",
      path: "service.stop.preShutdownSeconds",
      seen: String(stop.preShutdownSeconds),
      allowed: `at least stopSeconds (${stop.stopSeconds}): Windows ends the service when the time is over`,
      fix: "Raise preShutdownSeconds, or leave it out.",
    },
  ];
}
