import type { AgentRecovery, AgentRecoveryAction } from "../agent-service";
import { DEFAULTS } from "../defaults";
import type { RecoverySpec } from "../service-settings";

/** How a service's process ended. */
export interface ServiceEnd {
  /** Seconds since the machine booted. */
  atSeconds: number;
  /** What the service reported before; one that was terminated (a crash, a kill) reported nothing. */
  exitCode?: number;
}

/** What the service control manager remembers of a service between its failures. */
export interface FailureCount {
  failures: number;
  lastAtSeconds: number;
}

/** A service that hasn't failed since the machine booted. A start by hand doesn't bring it back to this. */
export const NO_FAILURE: FailureCount = { failures: 0, lastAtSeconds: 0 };

/**
 * The service control manager's rule for one end, as `SERVICE_FAILURE_ACTIONS` and `SERVICE_FAILURE_ACTIONS_FLAG`
 * document it: the Nth failure gets the Nth action, every later one the last, and the count begins anew when there was
 * no failure for the reset period. An end that is no failure has no action.
 */
export function recover(
  recovery: AgentRecovery,
  count: FailureCount,
  end: ServiceEnd,
): { count: FailureCount; action?: AgentRecoveryAction } {
  if (!isFailure(recovery, end)) return { count };
  const isQuiet = end.atSeconds - count.lastAtSeconds >= recovery.resetPeriodSeconds;
  const failures = (isQuiet ? 0 : count.failures) + 1;
  return {
    count: { failures, lastAtSeconds: end.atSeconds },
    action: recovery.actions[Math.min(failures, recovery.actions.length) - 1],
  };
}

/** The actions for a series of ends; `undefined` for one that is no failure. */
export function recoverSeries(
  recovery: AgentRecovery,
  ends: readonly ServiceEnd[],
): (AgentRecoveryAction | undefined)[] {
  let count = NO_FAILURE;
  return ends.map((end) => {
    const outcome = recover(recovery, count, end);
    count = outcome.count;
    return outcome.action;
  });
}

function isFailure({ nonCrashFailures }: AgentRecovery, { exitCode }: ServiceEnd): boolean {
  return exitCode === undefined || (nonCrashFailures && exitCode !== 0);
}

/** The list that the service control manager gets for a policy. It repeats the last action, so that one is the tail. */
export function failureActions(recovery: RecoverySpec): AgentRecovery {
  return {
    actions: [...restartDelays(recovery).map(restart), TAILS[recovery.tail]],
    resetPeriodSeconds: recovery.resetPeriodSeconds,
    nonCrashFailures: recovery.nonCrashFailures,
  };
}

/** Seconds before each restart, up to the tail. */
export function restartDelays({ strategy, delaySeconds, maximumRestarts }: RecoverySpec): number[] {
  const { first, factor } = STRATEGIES[strategy];
  return Array.from({ length: maximumRestarts }, (_, index) => (delaySeconds ?? first) * factor ** index);
}

const restart = (delaySeconds: number): AgentRecoveryAction => ({ action: "restart", delaySeconds });

const STRATEGIES: Record<RecoverySpec["strategy"], { first: number; factor: number }> = {
  constant: { first: DEFAULTS.recovery.restartDelaySeconds, factor: 1 },
  backoff: { first: DEFAULTS.recovery.backoffDelaySeconds, factor: 2 },
  immediate: { first: 0, factor: 1 },
};

const TAILS: Record<RecoverySpec["tail"], AgentRecoveryAction> = {
  none: { action: "none", delaySeconds: 0 },
  slow: restart(DEFAULTS.recovery.slowDelaySeconds),
};
