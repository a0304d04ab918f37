import type { WindowsWorkloadSpec } from "../workload";
import type { KubernetesManifest, WorkloadInputs } from "./manifest";
import { metadataOf, workloadLabels, workloadNames } from "./names";

/** Levels that Kubernetes holds pods of a namespace to. */
export function namespace(workload: WindowsWorkloadSpec): KubernetesManifest[] {
  if (!workload.createNamespace) return [];
  const level = workload.hostProcess ? "privileged" : "restricted";
  const { selector } = workloadNames(workload);
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: workload.namespace,
        labels: {
          ...selector,
          "pod-security.kubernetes.io/enforce": level,
          "pod-security.kubernetes.io/warn": level,
        },
      },
    },
  ];
}

/** Who the pods are: to Kubernetes, and by workload identity to Azure. */
export function serviceAccount(workload: WindowsWorkloadSpec, { identity }: WorkloadInputs): KubernetesManifest {
  const metadata = metadataOf(workload);
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: identity
      ? { ...metadata, annotations: { "azure.workload.identity/client-id": identity.clientId } }
      : metadata,
    automountServiceAccountToken: false,
  };
}

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

const RULES: Readonly<Record<string, (configMap: string) => PolicyRule[]>> = {
  ownConfiguration: (configMap) => [
    { apiGroups: [""], resources: ["configmaps"], resourceNames: [configMap], verbs: ["get"] },
  ],
  // S1-24.
  reader: () => [{ apiGroups: [""], resources: ["pods", "configmaps"], verbs: ["get", "list"] }],
};

/** A role alone does nothing (E65). */
export function rights(workload: WindowsWorkloadSpec): KubernetesManifest[] {
  const rules = RULES[workload.rights];
  if (!rules) return [];
  const { name, namespace: place, reader, configMap } = workloadNames(workload);
  const metadata = metadataOf(workload, reader);
  return [
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules: rules(configMap) },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: reader },
      subjects: [{ kind: "ServiceAccount", name, namespace: place }],
    },
  ];
}

/** Nothing reaches the pods but the service's port. Windows shows no client's address, so sources stay the balancer's. */
export function networkPolicy(workload: WindowsWorkloadSpec): KubernetesManifest[] {
  // Processes of the host have the host's network, which no policy holds for.
  if (!workload.networkPolicy.enabled || workload.hostProcess) return [];
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: metadataOf(workload),
      spec: {
        podSelector: { matchLabels: workloadNames(workload).selector },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ protocol: "TCP", port: workload.service.port }] }],
      },
    },
  ];
}

export function configMap(workload: WindowsWorkloadSpec, { environment }: WorkloadInputs): KubernetesManifest {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...metadataOf(workload, workloadNames(workload).configMap), labels: workloadLabels(workload) },
    data: environment,
  };
}
