import { DEFAULTS } from "../defaults";
import type { CostEstimate } from "../models/cost";
import { refusedEjection, silentEjection, type Span } from "../models/probe-timing";
import { compositeSla, type CompositeServiceLevel } from "../models/service-level";
import { SWITCHOVER_MARK_SECONDS, type SwitchoverPrediction } from "../models/switchover";
import { costAksHaCluster } from "./cost";
import type { AksHaClusterSpec } from "./ha-cluster";
import { ejectionSeconds, leastPodsInService, preStopSeconds, readinessProbe } from "./workload-timing";
import type { WindowsWorkloadSpec } from "./workload";

/** What a service on AKS will do, before it exists. */
export interface AksPrediction {
  /** What clients of the balancer notice of each fault. */
  switchover: SwitchoverPrediction[];
  /** How long a lost pod is missing. Clients don't notice as long as other replicas run. */
  replacement: ReplacementPrediction;
  rollout: RolloutPrediction;
  /** The serving path: it goes on without the API server. */
  sla: CompositeServiceLevel;
}

export interface ReplacementPrediction {
  /** The image is on the node that takes over. */
  typicalSeconds: number;
  /** It isn't. */
  worstSeconds: number;
  formula: string;
  /** Never: that is why replicas run beforehand, in other zones. */
  meetsMark: boolean;
}

export interface RolloutPrediction {
  /** One pod at a time, each as fast as a process starts whose image is on the node. */
  typicalSeconds: number;
  /** Each takes the whole time that the start budget gives it. */
  worstSeconds: number;
  /** Pods that serve at the least while it goes well. */
  leastInService: number;
  formula: string;
}

/** With what only the whole knows. */
export interface AksHaPrediction extends AksPrediction {
  monthlyCost: CostEstimate;
}

export function predictAksHaCluster(spec: AksHaClusterSpec): AksHaPrediction {
  return {
    ...predictWorkload(spec.workload, spec.windowsPool.zones.length),
    monthlyCost: costAksHaCluster(spec),
  };
}

interface Known {
  workload: WindowsWorkloadSpec;
  zones: number;
}

const { prediction: assumed } = DEFAULTS.aks;
const PROBE_RULE =
  "Azure Load Balancer asks each node for ready pods (externalTrafficPolicy Local): threshold failures in a row at the interval";

interface Fault {
  fault: string;
  title: string;
  lost: (known: Known) => number;
  span: (known: Known, lost: number) => Span;
}

const one = (): number => 1;

const FAULTS: readonly Fault[] = [
  {
    fault: "process-killed",
    title: "a pod's process is killed, and Kubernetes starts it again",
    lost: one,
    span: killed,
  },
  { fault: "process-hung", title: "a pod's process hangs", lost: one, span: hung },
  { fault: "node-off", title: "a node loses its power", lost: one, span: silent },
  { fault: "node-cut-off", title: "a node is cut off from the network", lost: one, span: silent },
  {
    fault: "zone-lost",
    title: "a zone is lost",
    lost: ({ workload, zones }) => Math.ceil(workload.replicas / zones),
    span: silent,
  },
  {
    fault: "node-drained",
    title: "a node is emptied for an upgrade, or a new version is rolled out",
    lost: one,
    span: drained,
  },
];

/** @param zones zones that the Windows nodes are in */
export function predictWorkload(workload: WindowsWorkloadSpec, zones: number): AksPrediction {
  return {
    switchover: FAULTS.map((fault) => predictFault(fault, { workload, zones })),
    replacement: predictReplacement(workload),
    rollout: predictRollout(workload),
    sla: compositeSla([
      { service: "Standard load balancer" },
      { service: zones > 1 ? "machines over two zones or more" : "machines over fault domains" },
    ]),
  };
}

function predictFault({ fault, title, lost, span }: Fault, known: Known): SwitchoverPrediction {
  const { replicas } = known.workload;
  const taken = lost(known);
  if (taken >= replicas) {
    const formula = `${replicas} − ${taken} pods: nothing is left to switch to`;
    return { fault, title, formula, meetsMark: false, source: PROBE_RULE };
  }
  const { typicalSeconds, worstSeconds, typicalFormula, worstFormula } = span(known, taken);
  return {
    fault,
    title,
    typicalSeconds,
    worstSeconds,
    formula: `typical ${typicalFormula} = ${typicalSeconds} s; worst ${worstFormula} = ${worstSeconds} s`,
    meetsMark: worstSeconds <= SWITCHOVER_MARK_SECONDS,
    source: PROBE_RULE,
  };
}

/** The node has no ready pod once Kubernetes knows; then the balancer's probes fail. Sooner if the process is back first. */
function killed({ workload }: Known): Span {
  return least(
    { seconds: assumed.containerStartSeconds, formula: `restart ${assumed.containerStartSeconds} s` },
    after(assumed.endpointSeconds, "endpoints", refusedEjection(workload.loadBalancer.probe)),
  );
}

function least({ seconds, formula }: { seconds: number; formula: string }, span: Span): Span {
  return {
    typicalSeconds: Math.min(seconds, span.typicalSeconds),
    worstSeconds: Math.min(seconds, span.worstSeconds),
    typicalFormula: `min(${formula}, ${span.typicalFormula})`,
    worstFormula: `min(${formula}, ${span.worstFormula})`,
  };
}

function after(seconds: number, what: string, span: Span): Span {
  return {
    typicalSeconds: span.typicalSeconds + seconds,
    worstSeconds: span.worstSeconds + seconds,
    typicalFormula: `${what} ${seconds} s + ${span.typicalFormula}`,
    worstFormula: `${what} ${seconds} s + ${span.worstFormula}`,
  };
}

/** First the readiness probe has to fail, at its time-out each time; then the balancer's. */
function hung({ workload }: Known): Span {
  const { periodSeconds, timeoutSeconds, failureThreshold } = readinessProbe(workload);
  const readiness = (failureThreshold - 1) * periodSeconds + timeoutSeconds;
  const ejected = refusedEjection(workload.loadBalancer.probe);
  const { endpointSeconds } = assumed;
  return {
    typicalSeconds: periodSeconds / 2 + readiness + endpointSeconds + ejected.typicalSeconds,
    worstSeconds: periodSeconds + readiness + endpointSeconds + ejected.worstSeconds,
    typicalFormula: `readiness ${periodSeconds / 2} + ${readiness} s + endpoints ${endpointSeconds} s + ${ejected.typicalFormula}`,
    worstFormula: `readiness ${periodSeconds} + ${readiness} s + endpoints ${endpointSeconds} s + ${ejected.worstFormula}`,
  };
}

/** The client that connected last, just before the ejection, waits for its whole time-out. */
function silent({ workload }: Known, nodes: number): Span {
  const { clientTimeoutSeconds } = DEFAULTS.prediction;
  return after(clientTimeoutSeconds, "client's time-out", silentEjection(workload.loadBalancer.probe, nodes));
}

/** The pod serves on for the whole wait before its stop. */
function drained({ workload }: Known): Span {
  const wait = preStopSeconds(workload);
  const ejected = after(assumed.endpointSeconds, "endpoints", refusedEjection(workload.loadBalancer.probe));
  return {
    typicalSeconds: Math.max(0, ejected.typicalSeconds - wait),
    worstSeconds: Math.max(0, ejected.worstSeconds - wait),
    typicalFormula: `max(0 s, ${ejected.typicalFormula} − wait ${wait} s)`,
    worstFormula: `max(0 s, ${ejected.worstFormula} − wait ${wait} s)`,
  };
}

/** A silent node's pods are given up only after two waits, one of Kubernetes and one of the pods. */
function predictReplacement(workload: WindowsWorkloadSpec): ReplacementPrediction {
  const { nodeNotReadySeconds, containerStartSeconds, imagePullSeconds } = assumed;
  const waits = nodeNotReadySeconds + workload.notReadySeconds;
  const admitted = ejectionSeconds(workload);
  const typicalSeconds = waits + containerStartSeconds + admitted;
  const worstSeconds = waits + imagePullSeconds + workload.service.installGate.deadlineSeconds + admitted;
  return {
    typicalSeconds,
    worstSeconds,
    formula:
      `typical node not ready ${nodeNotReadySeconds} s + toleration ${workload.notReadySeconds} s + start ${containerStartSeconds} s + admission ${admitted} s = ${typicalSeconds} s; ` +
      `worst the same waits + image ${imagePullSeconds} s + start budget ${workload.service.installGate.deadlineSeconds} s + admission ${admitted} s = ${worstSeconds} s`,
    meetsMark: typicalSeconds <= SWITCHOVER_MARK_SECONDS,
  };
}

function predictRollout(workload: WindowsWorkloadSpec): RolloutPrediction {
  const { replicas, service } = workload;
  const admitted = ejectionSeconds(workload);
  const { containerStartSeconds } = assumed;
  const { deadlineSeconds } = service.installGate;
  const typicalSeconds = replicas * (containerStartSeconds + admitted);
  const worstSeconds = replicas * (deadlineSeconds + admitted);
  return {
    typicalSeconds,
    worstSeconds,
    leastInService: leastPodsInService(workload),
    formula: `typical ${replicas} pods × (start ${containerStartSeconds} s + admission ${admitted} s) = ${typicalSeconds} s; worst ${replicas} × (start budget ${deadlineSeconds} s + admission ${admitted} s) = ${worstSeconds} s`,
  };
}
