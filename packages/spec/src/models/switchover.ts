import { DEFAULTS } from "../defaults";
import type { ProbeSpec } from "../load-balancer";
import { refusedEjection, silentEjection, type Span } from "./probe-timing";

export interface SwitchoverInput {
  probe: ProbeSpec;
  machines: number;
  /** Zones that the machines are spread over evenly. */
  zones: number;
  /** Seconds between "not ready" and the stop of a service. */
  drainSeconds: number;
  /** Seconds after which the service control manager restarts a process that ended by itself. */
  restartDelaySeconds?: number;
  /** Seconds from the start of the process to its first answer. Not known to the product: an assumption. */
  serviceStartSeconds?: number;
  /** Seconds after which a client gives up a request that isn't answered. Not known to the product: an assumption. */
  clientTimeoutSeconds?: number;
}

/** What a client notices of one fault. */
export interface SwitchoverPrediction {
  /** The fault's id, for example `machine-off`. */
  fault: string;
  /** The fault in words. */
  title: string;
  /**
   * Seconds from the fault until the last connection that fails because of it has failed: the median over all moments
   * between two probes. Missing when nothing is left to switch to.
   */
  typicalSeconds?: number;
  /** The same for the fault's worst moment: just after a probe. */
  worstSeconds?: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
  /** Whether the worst case stays within {@link SWITCHOVER_MARK_SECONDS}. */
  meetsMark: boolean;
  /** Where the rule behind the formula comes from. */
  source: string;
}

/** The longest switchover that the requirements allow (S3-50). */
export const SWITCHOVER_MARK_SECONDS = 30;

const PROBE_RULE =
  "Azure Load Balancer health probes: threshold failures in a row at the interval; time-out = the interval, at most 30 s";

type Known = Required<SwitchoverInput>;

interface Fault {
  fault: string;
  title: string;
  source: string;
  /** Machines that it takes away. */
  lost: (input: Known) => number;
  span: (input: Known, lost: number) => Span;
}

const one = (): number => 1;

const FAULTS: readonly Fault[] = [
  {
    fault: "process-killed",
    title: "the service's process is killed and restarted by the service control manager",
    source: `${PROBE_RULE}; recovery action of the service (S2-26)`,
    lost: one,
    span: restarted,
  },
  {
    fault: "process-gone",
    title: "the service's process ends and doesn't come back",
    source: PROBE_RULE,
    lost: one,
    span: ({ probe }) => refusedEjection(probe),
  },
  { fault: "machine-off", title: "a machine loses its power", source: PROBE_RULE, lost: one, span: silent },
  { fault: "machine-frozen", title: "a machine hangs", source: PROBE_RULE, lost: one, span: silent },
  {
    fault: "machine-cut-off",
    title: "a machine is cut off from the network",
    source: PROBE_RULE,
    lost: one,
    span: silent,
  },
  {
    fault: "zone-lost",
    title: "a zone is lost",
    source: `${PROBE_RULE}; a zone-redundant front end outlives a zone`,
    lost: ({ machines, zones }) => Math.ceil(machines / zones),
    span: silent,
  },
  {
    fault: "drained-stop",
    title: "a rolling update or another stop through the agent",
    source: `${PROBE_RULE}; the agent stops a service only after the drain`,
    lost: one,
    span: drained,
  },
];

/**
 * What new connections notice of each fault. The numbers have no margin in them: at most half of the faults take longer
 * than the typical time, and none takes longer than the worst while the assumptions hold.
 */
export function predictSwitchover(input: SwitchoverInput): SwitchoverPrediction[] {
  const known: Known = { ...DEFAULTS.prediction, restartDelaySeconds: DEFAULTS.recovery.restartDelaySeconds, ...input };
  return FAULTS.map((fault) => predict(fault, known));
}

function predict({ fault, title, source, lost, span }: Fault, input: Known): SwitchoverPrediction {
  const taken = lost(input);
  if (taken >= input.machines) {
    const formula = `${input.machines} − ${taken} machines: nothing is left to switch to`;
    return { fault, title, formula, meetsMark: false, source };
  }
  const { typicalSeconds, worstSeconds, typicalFormula, worstFormula } = span(input, taken);
  return {
    fault,
    title,
    typicalSeconds,
    worstSeconds,
    formula: `typical ${typicalFormula} = ${typicalSeconds} s; worst ${worstFormula} = ${worstSeconds} s`,
    meetsMark: worstSeconds <= SWITCHOVER_MARK_SECONDS,
    source,
  };
}

/** New connections are refused until the process is back or the balancer has given it up, whichever comes first. */
function restarted({ probe, restartDelaySeconds, serviceStartSeconds }: Known): Span {
  const back = restartDelaySeconds + serviceStartSeconds;
  const backFormula = `restart ${restartDelaySeconds} s + start ${serviceStartSeconds} s`;
  const ejected = refusedEjection(probe);
  return {
    typicalSeconds: Math.min(back, ejected.typicalSeconds),
    worstSeconds: Math.min(back, ejected.worstSeconds),
    typicalFormula: `min(${backFormula}, ${ejected.typicalFormula})`,
    worstFormula: `min(${backFormula}, ${ejected.worstFormula})`,
  };
}

/** The client that connected last, just before the ejection, waits for its whole time-out. */
function silent({ probe, clientTimeoutSeconds }: Known, machines: number): Span {
  const ejected = silentEjection(probe, machines);
  return {
    typicalSeconds: ejected.typicalSeconds + clientTimeoutSeconds,
    worstSeconds: ejected.worstSeconds + clientTimeoutSeconds,
    typicalFormula: `${ejected.typicalFormula} + client's time-out ${clientTimeoutSeconds} s`,
    worstFormula: `${ejected.worstFormula} + client's time-out ${clientTimeoutSeconds} s`,
  };
}

/** The service still serves while it says "not ready": nothing fails unless the drain is shorter than the ejection. */
function drained({ probe, drainSeconds }: Known): Span {
  const ejected = refusedEjection(probe);
  return {
    typicalSeconds: Math.max(0, ejected.typicalSeconds - drainSeconds),
    worstSeconds: Math.max(0, ejected.worstSeconds - drainSeconds),
    typicalFormula: `max(0 s, ${ejected.typicalFormula} − drain ${drainSeconds} s)`,
    worstFormula: `max(0 s, ${ejected.worstFormula} − drain ${drainSeconds} s)`,
  };
}
