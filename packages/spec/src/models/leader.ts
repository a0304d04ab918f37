import { DEFAULTS } from "../defaults";
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

/** Gossip on a local network, as Consul has it: an agent probes another one each second (memberlist: DefaultLANConfig). */
const PROBE_SECONDS = 1;
/** How often as long a suspected agent may still speak up: `SuspicionMult` × max(1, log10 of the agents). */
const SUSPICION_MULTIPLIER = 4;
/**
 * Rounds until a lost agent's turn has come and its answer is missing. Everybody probes in an order of his own, so each
 * round passes it by with a chance of 1 ÷ e: half of the time one and a half are enough, and fifty times out of
 * fifty-one, four.
 */
const PROBE_ROUNDS = { typical: 1.5, worst: 4 };

/** Seconds until a machine that was lost, with its Consul agent, is gone for all others. */
export function predictLostMachine({ agents }: { agents: number }): Span {
  const suspicion = Math.round(SUSPICION_MULTIPLIER * Math.max(1, Math.log10(Math.max(1, agents))) * 10) / 10;
  const formula = (rounds: number): string =>
    `probe rounds ${rounds} × ${PROBE_SECONDS} s + suspicion ${suspicion} × ${PROBE_SECONDS} s`;
  return {
    typicalSeconds: (PROBE_ROUNDS.typical + suspicion) * PROBE_SECONDS,
    worstSeconds: (PROBE_ROUNDS.worst + suspicion) * PROBE_SECONDS,
    typicalFormula: formula(PROBE_ROUNDS.typical),
    worstFormula: formula(PROBE_ROUNDS.worst),
  };
}

/** What becomes of a service's leader. */
export interface LeaderTakeover {
  /** The fault's id. */
  fault: "leader-handover" | "leader-killed" | "leader-frozen" | "leader-machine-lost";
  title: string;
  typicalSeconds: number;
  worstSeconds: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

export interface LeaderTakeoverInput extends LeaderElectionInput {
  /** Agents of the datacenter, servers and machines. */
  agents: number;
}

/** Up to ten agents need the same time. */
const FEW_AGENTS = 10;

/**
 * Seconds without a leader, by what happened to the former one. One that stops or drains gives its lock back, which keeps
 * nobody waiting; a killed one refuses its checks at once; a frozen one lets each of them run into its time-out; a lost
 * machine has nobody who asks, so the other agents have to miss it.
 */
export function predictLeaderTakeover(input: Partial<LeaderTakeoverInput> = {}): LeaderTakeover[] {
  const known = { ...DEFAULTS.leader, agents: FEW_AGENTS, ...input };
  const { acquireSeconds, lockDelaySeconds, agents } = known;
  const acquisition = `acquisition ${acquireSeconds} s`;
  const handover: Span = {
    typicalSeconds: acquireSeconds / 2,
    worstSeconds: acquireSeconds,
    typicalFormula: `${acquisition} ÷ 2`,
    worstFormula: acquisition,
  };
  const lost = predictLostMachine({ agents });
  const then = ` + lock-delay ${lockDelaySeconds} s + ${acquisition}`;
  const machineLost: Span = {
    typicalSeconds: lost.typicalSeconds + lockDelaySeconds + acquireSeconds,
    worstSeconds: lost.worstSeconds + lockDelaySeconds + acquireSeconds,
    typicalFormula: lost.typicalFormula + then,
    worstFormula: lost.worstFormula + then,
  };
  const spans: [LeaderTakeover["fault"], string, Span][] = [
    ["leader-handover", "the leader stops or drains", handover],
    ["leader-killed", "the leader's process is killed", predictLeaderElection({ ...known, checkTimeoutSeconds: 0 })],
    ["leader-frozen", "the leader's process hangs", predictLeaderElection(known)],
    ["leader-machine-lost", "the leader's machine is lost, or cut off", machineLost],
  ];
  return spans.map(([fault, title, { typicalSeconds, worstSeconds, typicalFormula, worstFormula }]) => ({
    fault,
    title,
    typicalSeconds,
    worstSeconds,
    formula: `typical ${typicalFormula} = ${typicalSeconds} s; worst ${worstFormula} = ${worstSeconds} s`,
  }));
}
