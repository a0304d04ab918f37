import {
  resolveAksHaCluster,
  workloadManifests,
  type AksHaClusterSpec,
  type Finding,
  type KubernetesManifest,
} from "@windows-ha/spec";

export type Changes = Record<string, unknown>;
const IMAGE = "orders.azurecr.io/orders:1.4.2";

/** The quickstart's service with an image; every test changes only what it is about. */
export function aksArguments({ service, ...others }: Changes & { service?: Changes } = {}): Changes {
  return { service: { name: "orders", version: "1.4.2", image: IMAGE, port: 8080, ...service }, ...others };
}

export function aksSpec(changes: Changes & { service?: Changes } = {}): AksHaClusterSpec {
  const { spec, findings } = resolveAksHaCluster(aksArguments(changes));
  if (!spec) throw new Error(JSON.stringify(findings));
  return spec;
}

export const aksFindings = (changes: Changes & { service?: Changes }): readonly Finding[] =>
  resolveAksHaCluster(aksArguments(changes)).findings;

/** What is found, as `path [rule]`. */
export const found = (changes: Changes & { service?: Changes }): string[] =>
  aksFindings(changes).map(({ path, rule }) => `${path} [${rule}]`);

export const manifestsOf = (changes: Changes & { service?: Changes } = {}): KubernetesManifest[] =>
  workloadManifests(aksSpec(changes).workload);

export function manifestOf(kind: string, changes: Changes & { service?: Changes } = {}): KubernetesManifest {
  const all = manifestsOf(changes).filter((manifest) => manifest.kind === kind);
  if (all.length !== 1) throw new Error(`${all.length} objects of kind ${kind}`);
  return all[0]!;
}

/** The parts of a pod that tests look into. */
export interface Pod {
  containers: [Container, ...Container[]];
  nodeSelector: Record<string, string>;
  tolerations: Record<string, unknown>[];
  topologySpreadConstraints: Record<string, unknown>[];
  terminationGracePeriodSeconds: number;
  securityContext: Record<string, unknown>;
  automountServiceAccountToken: boolean;
  hostNetwork?: boolean;
  volumes: Record<string, unknown>[];
}
export interface Container {
  name: string;
  image: unknown;
  args?: string[];
  env: { name: string; value?: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  [field: string]: unknown;
}
export interface Probe {
  httpGet: { path: string; scheme: string };
  initialDelaySeconds?: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
}

export const podOf = (changes: Changes & { service?: Changes } = {}): Pod =>
  (manifestOf("Deployment", changes)["spec"] as { template: { spec: Pod } }).template.spec;
