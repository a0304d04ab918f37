import { checkNetwork, NETWORK_FIELD, type NetworkSpec } from "../network";
import { PLACEMENT } from "../cluster";
import type { Finding } from "../finding";
import type { Resolved } from "../resolve";
import { checkClusterSecretStore } from "../service-secret-rules";
import { CLUSTER_SECRET_STORE_FIELD, type ClusterSecretStoreSpec } from "../service-secrets";
import { checkShape, withDefaults, type ListField, type ObjectField } from "../shape";
import {
  AKS_CLUSTER_FIELDS,
  AKS_EXISTING_FIELD,
  AKS_REFUSED,
  MOST_API_SERVER_RANGES,
  type AksClusterSpec,
} from "./aks-cluster";
import { checkAksCluster, checkExistingCluster, mostNodes } from "./aks-cluster-rules";
import { checkAksNetwork } from "./aks-network";
import { AKS_CONSUL_FIELD, checkAksConsul, completeAksConsul, type AksConsulSpec } from "./ha-consul";
import { minorVersion } from "./kubernetes-version";
import {
  checkWindowsPool,
  completeWindowsPool,
  mostWindowsNodes,
  WINDOWS_POOL_FIELDS,
  WINDOWS_POOL_REFUSED,
  type WindowsNodePoolSpec,
} from "./node-pool";
import { osOfSku } from "./windows-os";
import {
  AKS_SERVICE_FIELD,
  completeWorkload,
  WORKLOAD_REFUSED,
  WORKLOAD_SETTINGS,
  type WindowsWorkloadSpec,
} from "./workload";
import { checkServiceOnAks, checkWorkloadSettings } from "./workload-rules";
import { gracePeriodSeconds } from "./workload-timing";

/** The whole sentence on AKS: what is known when the program runs. */
export interface AksHaClusterSpec {
  cluster: AksClusterSpec;
  windowsPool: WindowsNodePoolSpec;
  workload: WindowsWorkloadSpec;
  network: NetworkSpec;
  secretStore: ClusterSecretStoreSpec;
  /** Missing where nobody asks for it. */
  consul?: AksConsulSpec;
}

const { subnetId: _subnet, ...clusterNetwork } = (AKS_CLUSTER_FIELDS["network"] as ObjectField).fields;
const { outboundType: _outbound, ...ranges } = clusterNetwork;
const apiServer = AKS_CLUSTER_FIELDS["apiServer"] as ObjectField;
/** One of Azure's most ranges is that of the network's own gateway. */
const allowFrom = { ...(apiServer.fields["allowFrom"] as ListField), maxItems: MOST_API_SERVER_RANGES - 1 };
const { windowsVersion: _version, ...workloadSettings } = WORKLOAD_SETTINGS;
const {
  enabled: _enabled,
  private: _private,
  privateDnsZoneId: _zone,
  ...storeFields
} = CLUSTER_SECRET_STORE_FIELD.fields;

const EXISTING: ObjectField = {
  ...AKS_EXISTING_FIELD,
  fields: { ...AKS_EXISTING_FIELD.fields, resourceGroupName: PLACEMENT["resourceGroupName"]! },
};

export const AKS_HA_CLUSTER_FIELD: ObjectField = {
  kind: "object",
  refused: {
    compute: "Machines of AKS are node pools: windowsPool. WindowsHaCluster has machines without Kubernetes.",
    machines: "Machines of AKS are node pools: windowsPool. WindowsHaCluster has machines without Kubernetes.",
    loadBalancer: "It belongs to the service's Kubernetes objects: workload.loadBalancer.",
  },
  fields: {
    ...PLACEMENT,
    service: AKS_SERVICE_FIELD,
    workload: { kind: "object", refused: WORKLOAD_REFUSED, fields: workloadSettings },
    windowsPool: { kind: "object", refused: WINDOWS_POOL_REFUSED, fields: WINDOWS_POOL_FIELDS },
    cluster: {
      kind: "object",
      refused: AKS_REFUSED,
      fields: {
        ...AKS_CLUSTER_FIELDS,
        apiServer: { ...apiServer, fields: { ...apiServer.fields, allowFrom } },
        network: { ...(AKS_CLUSTER_FIELDS["network"] as ObjectField), fields: ranges },
        existing: EXISTING,
      },
    },
    network: NETWORK_FIELD,
    secretStore: { kind: "object", fields: storeFields },
    consul: AKS_CONSUL_FIELD,
  },
};

type Part = keyof typeof RULES;

/** Rules of each part: a part of the wrong shape keeps no other one from being looked at. */
const RULES = {
  cluster: ({ cluster, windowsPool, network }: AksHaClusterSpec) => [
    ...checkAksCluster(cluster, "cluster."),
    ...(cluster.existing
      ? []
      : checkAksNetwork(cluster.network, "cluster.network.", {
          nodes: mostNodes(cluster.systemPool) + mostWindowsNodes(windowsPool),
          addressSpace: network.addressSpace,
        }).filter(({ rule }) => rule === "range-overlap" || rule === "pod-range")),
  ],
  windowsPool: ({ windowsPool, cluster }: AksHaClusterSpec) =>
    checkWindowsPool(
      { ...windowsPool, kubernetesVersion: windowsPool.kubernetesVersion ?? cluster.kubernetesVersion },
      "windowsPool.",
    ),
  service: ({ workload }: AksHaClusterSpec) => checkServiceOnAks(workload),
  workload: ({ workload }: AksHaClusterSpec) => checkWorkloadSettings(workload, "workload."),
  network: ({ network, cluster, windowsPool }: AksHaClusterSpec) =>
    cluster.existing
      ? []
      : checkNetwork(network, "network.", {
          machines: mostNodes(cluster.systemPool) + mostWindowsNodes(windowsPool),
          surge: 1,
          storeEndpoints: 0,
        }),
  secretStore: ({ secretStore, workload, cluster, consul }: AksHaClusterSpec) =>
    checkClusterSecretStore(
      secretStore,
      workload.service,
      cluster.existing ? { existing: {} } : {},
      consul !== undefined,
    ),
  consul: ({ consul, network, workload, cluster }: AksHaClusterSpec) =>
    checkAksConsul(consul, "consul.", { network, workload, isAdopted: cluster.existing !== undefined }),
} as const;

/** What several parts say together. */
function checkTogether(spec: AksHaClusterSpec): Finding[] {
  const { windowsPool, workload } = spec;
  const drain = checkWindowsPool(windowsPool, "windowsPool.", gracePeriodSeconds(workload));
  return [...drain.filter(({ rule }) => rule === "drain-timeout"), ...checkPoolVersion(spec), ...checkHostPorts(spec)];
}

/** Processes of the host have its ports: no node has two of the service. */
function checkHostPorts({ windowsPool, workload }: AksHaClusterSpec): Finding[] {
  const { hostProcess, replicas, autoscale } = workload;
  const pods = autoscale?.enabled ? autoscale.maximum : replicas;
  const nodes = windowsPool.autoscale?.enabled ? windowsPool.autoscale.maximum : windowsPool.count;
  if (!hostProcess || pods <= nodes) return [];
  return [
    {
      rule: "host-process-nodes",
      path: autoscale?.enabled ? "workload.autoscale.maximum" : "workload.replicas",
      seen: `${pods} on ${nodes} nodes, with hostProcess`,
      allowed: `at most ${nodes}: each of these pods takes its node's port ${workload.service.port}`,
      fix: "Raise windowsPool.count, or take fewer pods.",
    },
  ];
}

/** Kubelets may be three minor versions behind their API server, and never ahead (Kubernetes' version skew policy). */
const MOST_BEHIND = 3;

function checkPoolVersion({ windowsPool, cluster }: AksHaClusterSpec): Finding[] {
  const pool = minorVersion(windowsPool.kubernetesVersion);
  const server = minorVersion(cluster.kubernetesVersion);
  if (pool === undefined || server === undefined || (pool <= server && pool >= server - MOST_BEHIND)) return [];
  return [
    {
      rule: "pool-version",
      path: "windowsPool.kubernetesVersion",
      seen: `${JSON.stringify(windowsPool.kubernetesVersion)}, with a cluster of ${cluster.kubernetesVersion}`,
      allowed: `1.${server - MOST_BEHIND} to 1.${server}: nodes are never ahead of their cluster, and at most ${MOST_BEHIND} minor versions behind`,
      fix: "Leave windowsPool.kubernetesVersion out, or update the cluster first.",
    },
  ];
}

/** Checks the arguments of the whole sentence and completes them. */
export function resolveAksHaCluster(given: unknown): Resolved<AksHaClusterSpec> {
  const shape = checkShape({ ...AKS_HA_CLUSTER_FIELD, required: true }, given ?? {}, "");
  const args = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  const isSound = (part: string): boolean =>
    !shape.some(({ path }) => path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`));
  const sound = Object.fromEntries(Object.entries(args).filter(([part]) => isSound(part)));
  const spec = complete(
    withDefaults(AKS_HA_CLUSTER_FIELD, isSound("service") ? sound : { ...sound, service: PLACEHOLDER }),
  );
  const parts = (Object.keys(RULES) as Part[]).filter((part) => isSound(part));
  const findings = [
    ...shape,
    ...(isSound("cluster") ? checkExistingArguments(args) : []),
    ...parts.flatMap((part) => RULES[part](spec)),
    ...(parts.length === Object.keys(RULES).length ? checkTogether(spec) : []),
  ];
  const unique = findings.filter(
    ({ rule, path }, index) => findings.findIndex((other) => other.rule === rule && other.path === path) === index,
  );
  return unique.length > 0 ? { spec: undefined, findings: unique } : { spec, findings: [] };
}

/** Stands for a service of the wrong shape while the other parts are looked at; nothing of it is ever reported. */
const PLACEHOLDER = { name: "service", version: "0.0.0", port: 8080, image: "registry/service:0" };

interface Arguments extends Omit<AksHaClusterSpec, "workload"> {
  service: WindowsWorkloadSpec["service"];
  workload: Omit<WindowsWorkloadSpec, "service" | "windowsVersion">;
}

function complete(args: Arguments): AksHaClusterSpec {
  const { service, cluster, network, secretStore } = args;
  const isFound = args.consul?.enabled === true;
  const windowsPool = completeWindowsPool(args.windowsPool);
  const { version: windowsVersion } = osOfSku(windowsPool.osSku);
  const registration = args.workload.registration ?? (isFound ? { tags: [], meta: {} } : undefined);
  const workload = completeWorkload({
    ...args.workload,
    service,
    windowsVersion,
    ...(registration && { registration }),
  });
  const consul = completeAksConsul(args.consul, workload);
  return { cluster, windowsPool, workload, network, secretStore, ...(consul && { consul }) };
}

/** What a cluster that exists decides by itself. */
function checkExistingArguments(args: Readonly<Record<string, unknown>>): Finding[] {
  const cluster = args["cluster"] as Record<string, unknown> | undefined;
  const network = args["network"] as Record<string, unknown> | undefined;
  const existing = cluster?.["existing"] as { resourceGroupName?: unknown } | undefined;
  const isAdopted = (existing ?? undefined) !== undefined;
  const hasGroup = (existing?.resourceGroupName ?? args["resourceGroupName"] ?? undefined) !== undefined;
  const given = isAdopted
    ? Object.keys(network ?? {}).filter((name) => (network![name] ?? undefined) !== undefined)
    : [];
  return [
    ...checkExistingCluster(cluster, "cluster."),
    ...(isAdopted && !hasGroup
      ? [
          {
            rule: "required",
            path: "cluster.existing.resourceGroupName",
            seen: "missing, as is resourceGroupName",
            allowed: "the resource group of the cluster",
            fix: "Give one of the two.",
          },
        ]
      : []),
    ...given.map((name) => ({
      rule: "existing-cluster",
      path: `network.${name}`,
      seen: "given, with cluster.existing",
      allowed: "nothing: the cluster is in a network already",
      fix: `Leave network.${name} out, or cluster.existing.`,
    })),
  ];
}
