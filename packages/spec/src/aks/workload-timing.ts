import { DEFAULTS } from "../defaults";
import { NODE_START_SECONDS } from "./aks-defaults";
import { PROBE_PRESETS, type WindowsWorkloadSpec } from "./workload";

type Timed = Pick<WindowsWorkloadSpec, "service" | "loadBalancer">;

/** A probe's numbers as Kubernetes calls them. */
export interface ProbeTiming {
  initialDelaySeconds?: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
}

/** Seconds in which a dead pod's node is out of the balancer: what an admission takes, too. */
export function ejectionSeconds({ loadBalancer }: Pick<Timed, "loadBalancer">): number {
  return loadBalancer.probe.intervalSeconds * loadBalancer.probe.threshold;
}

/**
 * Seconds that a pod goes on serving after it was taken out, before it is told to stop: `service.stop.drainSeconds`, as
 * on machines. Here several nodes have to hear of it besides the balancer, so the default is never below S4-36.
 */
export function preStopSeconds(workload: Timed): number {
  const { drainSeconds } = workload.service.stop;
  return (
    drainSeconds ??
    Math.max(DEFAULTS.aks.workload.preStopSeconds, ejectionSeconds(workload) + DEFAULTS.stop.drainMarginSeconds)
  );
}

/** The whole stop: Kubernetes counts the wait before it in (E51). */
export function stopBudgetSeconds(workload: Timed): number {
  const { stopSeconds, killSeconds } = workload.service.stop;
  return preStopSeconds(workload) + stopSeconds + killSeconds;
}

export function gracePeriodSeconds(
  workload: Timed & Pick<WindowsWorkloadSpec, "terminationGracePeriodSeconds">,
): number {
  return workload.terminationGracePeriodSeconds ?? stopBudgetSeconds(workload);
}

/** Time to start: the deadline of the install gate, which machines give a release (E68, S4-17). */
export function startupProbe({ service }: Pick<Timed, "service">): ProbeTiming {
  const { intervalSeconds, timeoutSeconds, deadlineSeconds } = service.installGate;
  return {
    periodSeconds: intervalSeconds,
    timeoutSeconds,
    failureThreshold: Math.ceil(deadlineSeconds / intervalSeconds),
  };
}

export function livenessProbe({ probes }: Pick<WindowsWorkloadSpec, "probes">): ProbeTiming {
  return { ...PROBE_PRESETS[probes.preset as keyof typeof PROBE_PRESETS] };
}

/** As the balancer asks a machine; a question longer than this is a failure of the next one already. */
export function readinessProbe({ loadBalancer }: Pick<Timed, "loadBalancer">): ProbeTiming {
  const { intervalSeconds, threshold } = loadBalancer.probe;
  return {
    periodSeconds: intervalSeconds,
    timeoutSeconds: Math.min(intervalSeconds, DEFAULTS.loadBalancer.probeIntervalSeconds),
    failureThreshold: threshold,
  };
}

/**
 * How a new revision comes. Processes of the host have the host's ports, so a pod beside the others would find no node.
 */
export function rolloutLimits({ hostProcess }: Pick<WindowsWorkloadSpec, "hostProcess">): {
  maxUnavailable: number;
  maxSurge: number;
} {
  return hostProcess ? { maxUnavailable: 1, maxSurge: 0 } : { maxUnavailable: 0, maxSurge: 1 };
}

/** Pods that serve at the least while a new revision comes. */
export function leastPodsInService(workload: Pick<WindowsWorkloadSpec, "hostProcess" | "replicas">): number {
  return workload.replicas - rolloutLimits(workload).maxUnavailable;
}

/** When a new revision counts as failed: a node may have to be made for it first. */
export function progressDeadlineSeconds(workload: Timed): number {
  return NODE_START_SECONDS + workload.service.installGate.deadlineSeconds + ejectionSeconds(workload);
}
