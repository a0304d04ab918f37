import { DEFAULTS } from "../defaults";
import { costFacts, predictedSeconds } from "../facts";
import type { CostEstimate } from "../models/cost";
import type { AksClusterSpec } from "./aks-cluster";
import { costAksCluster, costWindowsPool } from "./cost";
import type { AksHaClusterSpec } from "./ha-cluster";
import type { WindowsNodePoolSpec } from "./node-pool";
import { predictAksHaCluster, predictWorkload, type AksPrediction } from "./prediction";
import type { WindowsWorkloadSpec } from "./workload";
import { gracePeriodSeconds, leastPodsInService, preStopSeconds, rolloutLimits } from "./workload-timing";

/**
 * What the components on AKS tell the engine about themselves, with the words of `ClusterFacts`: capacity is counted in
 * pods, and machines are nodes. Never Outputs, never secrets.
 */
export type AksFacts = Readonly<Record<string, unknown>>;

export function aksHaFacts(spec: AksHaClusterSpec): AksFacts {
  const { cluster, windowsPool, workload } = spec;
  const { osSku, size, count } = windowsPool;
  const prediction = predictAksHaCluster(spec);
  return {
    ...podFacts(workload, prediction),
    zones: windowsPool.zones,
    windowsPool: { osSku, size, count, ...nodeAutoscale(windowsPool) },
    privateApiServer: cluster.apiServer.private,
    adopted: cluster.existing !== undefined,
    ...costOf(prediction.monthlyCost),
  };
}

export function aksClusterFacts(spec: AksClusterSpec): AksFacts {
  const { systemPool, network, apiServer, kubernetesVersion, upgradeChannel, nodeImageChannel, maintenance } = spec;
  return {
    factsVersion: 1,
    adopted: spec.existing !== undefined,
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    upgradeChannel,
    nodeImageChannel,
    maintenance,
    systemPool,
    podCidr: network.podCidr,
    serviceCidr: network.serviceCidr,
    networkPolicy: network.networkPolicy,
    privateApiServer: apiServer.private,
    ...(spec.existing ? {} : costOf(costAksCluster(spec))),
  };
}

export function windowsPoolFacts(spec: WindowsNodePoolSpec): AksFacts {
  const { poolName, osSku, kubernetesVersion, size, count, zones, upgrade } = spec;
  return {
    factsVersion: 1,
    poolName,
    osSku,
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    size,
    count,
    ...nodeAutoscale(spec),
    zones,
    upgrade,
    ...costOf(costWindowsPool(spec)),
  };
}

/** A workload by itself isn't told its nodes' zones: as many as pools have by default. */
export const ASSUMED_ZONES = DEFAULTS.machines.zones.length;

export function workloadFacts(spec: WindowsWorkloadSpec): AksFacts {
  return podFacts(spec, predictWorkload(spec, ASSUMED_ZONES));
}

function podFacts(workload: WindowsWorkloadSpec, { switchover, replacement, rollout, sla }: AksPrediction): AksFacts {
  const { service, namespace, replicas, minimumActive, autoscale, windowsVersion, loadBalancer } = workload;
  return {
    factsVersion: 1,
    service: { name: service.name, version: service.version },
    namespace,
    capacity: replicas,
    minimumActive,
    ...(autoscale?.enabled ? { autoscale: { minimum: autoscale.minimum, maximum: autoscale.maximum } } : {}),
    windowsVersion,
    upgrade: { mode: "OneByOne", ...rolloutLimits(workload), leastInService: leastPodsInService(workload) },
    probe: { path: service.health.readinessPath, ...loadBalancer.probe },
    preStopSeconds: preStopSeconds(workload),
    terminationGracePeriodSeconds: gracePeriodSeconds(workload),
    openPorts: loadBalancer.enabled
      ? [{ port: loadBalancer.port, protocol: "Tcp", sources: loadBalancer.allowFrom }]
      : [],
    predictedSeconds: predictedSeconds(switchover),
    replacementSeconds: { typical: replacement.typicalSeconds, worst: replacement.worstSeconds },
    rollingUpdate: { batches: replicas, batchSize: 1, typicalSeconds: rollout.typicalSeconds },
    sla: { percent: sla.percent, minutesPerMonth: sla.minutesPerMonth, asOf: sla.asOf },
  };
}

function nodeAutoscale({ autoscale }: WindowsNodePoolSpec): AksFacts {
  return autoscale?.enabled ? { autoscale: { minimum: autoscale.minimum, maximum: autoscale.maximum } } : {};
}

function costOf(estimate: CostEstimate): AksFacts {
  return { monthlyCost: costFacts(estimate) };
}
