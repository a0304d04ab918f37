import type { Span } from "./probe-timing";

export interface ConsulLeaderInput {
  /** Consul's `performance.raft_multiplier`, 1 to 10. */
  raftMultiplier: number;
}

/** Raft's heartbeat time-out at multiplier 1, in seconds (Consul's source: 1000 ms × `raft_multiplier`). */
const RAFT_HEARTBEAT_SECONDS = 1;

/**
 * Seconds until the remaining Consul servers have a new leader. A follower looks after a random 1 to 2 heartbeat
 * time-outs whether it heard of the leader within the last one; at the latest its second look finds the leader gone.
 * The vote itself takes milliseconds. A split vote, which costs another 1 to 2 time-outs, is not in the numbers.
 */
export function predictConsulLeader({ raftMultiplier }: ConsulLeaderInput): Span {
  const timeout = raftMultiplier * RAFT_HEARTBEAT_SECONDS;
  return {
    typicalSeconds: 2 * timeout,
    worstSeconds: 3 * timeout,
    typicalFormula: `2 × heartbeat time-out ${timeout} s`,
    worstFormula: `3 × heartbeat time-out ${timeout} s`,
  };
}

export interface LeaderElectionInput {
  /** Seconds between two checks of the leader. */
  checkIntervalSeconds: number;
  /** Seconds after which a check counts as failed. */
  checkTimeoutSeconds: number;
  /** Failures in a row that end the leader's session. */
  failures: number;
  /** Seconds that Consul keeps a lock closed after its session ended. */
  lockDelaySeconds: number;
  /** Seconds that a follower needs to take the open lock. */
  acquireSeconds: number;
}

/** Seconds until another instance of a service holds the leader's lock, after the leader hung or its machine was lost. */
export function predictLeaderElection(input: LeaderElectionInput): Span {
  const { checkIntervalSeconds, checkTimeoutSeconds, failures, lockDelaySeconds, acquireSeconds } = input;
  const rest = failures * checkTimeoutSeconds + lockDelaySeconds + acquireSeconds;
  const restFormula =
    `failures ${failures} × check's time-out ${checkTimeoutSeconds} s + lock-delay ${lockDelaySeconds} s` +
    ` + acquisition ${acquireSeconds} s`;
  return {
    typicalSeconds: (failures - 0.5) * checkIntervalSeconds + rest,
    worstSeconds: failures * checkIntervalSeconds + rest,
    typicalFormula: `(failures ${failures} − 0.5) × check's interval ${checkIntervalSeconds} s + ${restFormula}`,
    worstFormula: `failures ${failures} × check's interval ${checkIntervalSeconds} s + ${restFormula}`,
  };
}
