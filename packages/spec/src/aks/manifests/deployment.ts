import { progressDeadlineSeconds, ejectionSeconds, gracePeriodSeconds, rolloutLimits } from "../workload-timing";
import type { WindowsWorkloadSpec } from "../workload";
import { WINDOWS_TAINT } from "../node-pool";
import { osOfVersion } from "../windows-os";
import { serviceContainer, sidecarContainers } from "./containers";
import type { KubernetesManifest, WorkloadInputs } from "./manifest";
import { metadataOf, workloadLabels, workloadNames } from "./names";
import { volumes } from "./volumes";

/** The pods: over zones and hosts, on Windows of their own release, one more before one less where that is possible. */
export function deployment(workload: WindowsWorkloadSpec, inputs: WorkloadInputs): KubernetesManifest {
  const { selector } = workloadNames(workload);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload),
    spec: {
      // Also where an autoscaler decides later: Kubernetes makes one pod of a number that is no longer given.
      replicas: workload.autoscale?.enabled ? workload.autoscale.minimum : workload.replicas,
      selector: { matchLabels: selector },
      strategy: { type: "RollingUpdate", rollingUpdate: rolloutLimits(workload) },
      // A new pod counts only when the balancer has admitted its node.
      minReadySeconds: ejectionSeconds(workload),
      progressDeadlineSeconds: progressDeadlineSeconds(workload),
      revisionHistoryLimit: workload.service.releasesToKeep,
      template: { metadata: podMetadata(workload, inputs), spec: podSpec(workload, inputs, selector) },
    },
  };
}

function podMetadata(workload: WindowsWorkloadSpec, { configurationHash, identity }: WorkloadInputs): object {
  return {
    labels: { ...workloadLabels(workload), ...(identity && { "azure.workload.identity/use": "true" }) },
    ...(configurationHash !== undefined && { annotations: { "windows-ha/configuration": configurationHash } }),
  };
}

function podSpec(workload: WindowsWorkloadSpec, inputs: WorkloadInputs, selector: Record<string, string>): object {
  return {
    os: { name: "windows" },
    nodeSelector: {
      "kubernetes.io/os": "windows",
      // Process isolation: an image of another release doesn't start.
      "node.kubernetes.io/windows-build": osOfVersion(workload.windowsVersion).build,
    },
    tolerations: [windowsToleration(), ...deadNodeTolerations(workload)],
    topologySpreadConstraints: spread(selector),
    serviceAccountName: workloadNames(workload).name,
    automountServiceAccountToken: workload.rights !== "none",
    enableServiceLinks: false,
    terminationGracePeriodSeconds: gracePeriodSeconds(workload),
    securityContext: podSecurity(workload),
    ...(workload.hostProcess && { hostNetwork: true }),
    containers: [serviceContainer(workload, inputs), ...sidecarContainers(workload, inputs)],
    volumes: volumes(inputs),
  };
}

function windowsToleration(): object {
  const { key, value, effect } = WINDOWS_TAINT;
  return { key, operator: "Equal", value, effect };
}

/** Kubernetes' own five minutes would leave the service with a replica less for so long. */
function deadNodeTolerations({ notReadySeconds }: WindowsWorkloadSpec): object[] {
  return ["not-ready", "unreachable"].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: notReadySeconds,
  }));
}

/**
 * Evenly over the zones, each revision by itself. A lost zone's nodes are tainted, and so left out of the count: its
 * replicas may go to the others.
 */
function spread(matchLabels: Record<string, string>): object[] {
  const common = {
    maxSkew: 1,
    nodeTaintsPolicy: "Honor",
    matchLabelKeys: ["pod-template-hash"],
    labelSelector: { matchLabels },
  };
  return [
    { ...common, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
    { ...common, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
  ];
}

/** The least account of Windows containers; a pod of the host's processes has one of the host's. */
function podSecurity({ hostProcess }: WindowsWorkloadSpec): object {
  return hostProcess
    ? { windowsOptions: { hostProcess: true, runAsUserName: "NT AUTHORITY\\LocalService" } }
    : { runAsNonRoot: true, windowsOptions: { runAsUserName: "ContainerUser" } };
}
