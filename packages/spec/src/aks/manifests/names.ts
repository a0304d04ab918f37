import { workloadName, type WindowsWorkloadSpec } from "../workload";
import type { ManifestMetadata } from "./manifest";

/** What every object of a workload is called and labelled. */
export interface WorkloadNames {
  name: string;
  namespace: string;
  configMap: string;
  reader: string;
  /** What pods are found by: never changes. */
  selector: Record<string, string>;
}

export function workloadNames({ service, namespace }: WindowsWorkloadSpec): WorkloadNames {
  const name = workloadName(service.name);
  return {
    name,
    namespace,
    configMap: `${name}-configuration`,
    reader: `${name}-reader`,
    selector: { "app.kubernetes.io/name": name },
  };
}

/** "+" can't stand in a label. */
export function workloadLabels(workload: WindowsWorkloadSpec): Record<string, string> {
  const version = workload.service.version
    .replaceAll("+", "_")
    .slice(0, 63)
    .replace(/[^A-Za-z0-9]+$/, "");
  return { ...workloadNames(workload).selector, "app.kubernetes.io/version": version };
}

export function metadataOf(workload: WindowsWorkloadSpec, name?: string): ManifestMetadata {
  const names = workloadNames(workload);
  return { name: name ?? names.name, namespace: names.namespace, labels: workloadLabels(workload) };
}
