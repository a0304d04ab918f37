import { DEFAULTS } from "../../defaults";
import type { CatalogSyncSpec } from "../catalog-sync";
import type { KubernetesManifest, ManifestMetadata, SecretClass } from "./manifest";

/** The values of a sync that may come from other resources: texts, or what stands for one. */
export interface CatalogSyncInputs {
  image: unknown;
  /** As `catalogSyncAddresses` makes them. */
  addresses: unknown;
  /** Who vouches for the servers, as PEM. */
  caCertificate: unknown;
  /** Changes with the servers' addresses and their authority: the program reads both when it starts. */
  configurationHash: unknown;
  /** The vault with the token, its one file. */
  token: SecretClass;
  identity: { clientId: unknown; tenantId: unknown };
}

/** The account of the sync, which its identity is bound to. */
export const CATALOG_SYNC_ACCOUNT = "consul-sync";

const NAME = CATALOG_SYNC_ACCOUNT;
const SELECTOR = { "app.kubernetes.io/name": NAME };
const FOLDERS = { authority: "/consul/authority", token: "/consul/token" } as const;
const HEALTH_PORT = 8080;
const RBAC = "rbac.authorization.k8s.io";

/** How the program wants several servers: as what a command answers. Names and addresses hold nothing that a shell reads. */
export const catalogSyncAddresses = (addresses: readonly string[]): string => `exec=echo ${addresses.join(" ")}`;

/**
 * Everything that the sync needs in Kubernetes, in the order in which it is created. One pod: the program elects no leader,
 * and of two that know different things each would take away what the other one wrote.
 */
export function catalogSyncManifests(spec: CatalogSyncSpec, inputs: CatalogSyncInputs): KubernetesManifest[] {
  return [
    account(spec, inputs),
    ...rights(spec),
    authority(spec, inputs),
    secretClass(spec, inputs),
    policy(spec),
    deployment(spec, inputs),
  ];
}

function metadata({ namespace }: CatalogSyncSpec): ManifestMetadata {
  return { name: NAME, namespace, labels: { ...SELECTOR } };
}

function account(spec: CatalogSyncSpec, { identity }: CatalogSyncInputs): KubernetesManifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { ...metadata(spec), annotations: { "azure.workload.identity/client-id": identity.clientId } },
    automountServiceAccountToken: false,
  };
}

/** The program looks at all namespaces whichever it is told, so a role of one namespace isn't enough; it writes nothing. */
function rights(spec: CatalogSyncSpec): KubernetesManifest[] {
  // No namespace: the cluster has one of each name.
  const own = { name: `${spec.namespace}-${NAME}`, labels: { ...SELECTOR } };
  const verbs = ["get", "list", "watch"];
  return [
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRole",
      metadata: own,
      rules: [
        { apiGroups: [""], resources: ["services"], verbs },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs },
        { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs },
      ],
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "ClusterRoleBinding",
      metadata: own,
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: own.name },
      subjects: [{ kind: "ServiceAccount", name: NAME, namespace: spec.namespace }],
    },
  ];
}

function authority(spec: CatalogSyncSpec, { caCertificate }: CatalogSyncInputs): KubernetesManifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(spec), data: { "ca.pem": caCertificate } };
}

function secretClass(spec: CatalogSyncSpec, { token, identity }: CatalogSyncInputs): KubernetesManifest {
  return {
    apiVersion: "secrets-store.csi.x-k8s.io/v1",
    kind: "SecretProviderClass",
    metadata: { ...metadata(spec), name: token.name },
    spec: {
      provider: "azure",
      parameters: {
        usePodIdentity: "false",
        clientID: identity.clientId,
        tenantId: identity.tenantId,
        keyvaultName: token.keyVaultName,
        objects: token.objects,
      },
    },
  };
}

/** Nobody connects to it: its node's kubelet, which asks for its health, is no concern of a policy. */
function policy(spec: CatalogSyncSpec): KubernetesManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(spec),
    spec: { podSelector: { matchLabels: SELECTOR }, policyTypes: ["Ingress"], ingress: [] },
  };
}

function deployment(spec: CatalogSyncSpec, inputs: CatalogSyncInputs): KubernetesManifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(spec),
    spec: {
      replicas: 1,
      selector: { matchLabels: SELECTOR },
      strategy: { type: "Recreate" },
      template: {
        metadata: {
          labels: { ...SELECTOR, "azure.workload.identity/use": "true" },
          annotations: { "windows-ha/configuration": inputs.configurationHash },
        },
        spec: podSpec(spec, inputs),
      },
    },
  };
}

function podSpec(spec: CatalogSyncSpec, inputs: CatalogSyncInputs): object {
  return {
    os: { name: "linux" },
    // The vendor builds it for no Windows (consul-k8s has no such image).
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: [
      // The only Linux nodes of an AksCluster are those of the system.
      { key: "CriticalAddonsOnly", operator: "Exists" },
      ...["not-ready", "unreachable"].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: DEFAULTS.aks.workload.notReadySeconds,
      })),
    ],
    serviceAccountName: NAME,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 10,
    securityContext: { runAsNonRoot: true, runAsUser: 100, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container(spec, inputs)],
    volumes: [
      { name: "authority", configMap: { name: NAME } },
      {
        name: "token",
        csi: {
          driver: "secrets-store.csi.k8s.io",
          readOnly: true,
          volumeAttributes: { secretProviderClass: inputs.token.name },
        },
      },
    ],
  };
}

function container(spec: CatalogSyncSpec, { image, addresses, token }: CatalogSyncInputs): object {
  const { ports, datacenter, domain, tlsServerName = `server.${datacenter}.${domain}` } = spec;
  const probe = { httpGet: { path: "/health/ready", port: "health", scheme: "HTTP" }, periodSeconds: 5 };
  const environment = {
    CONSUL_ADDRESSES: addresses,
    CONSUL_HTTP_PORT: String(ports.https),
    CONSUL_GRPC_PORT: String(ports.grpc),
    CONSUL_DATACENTER: datacenter,
    CONSUL_USE_TLS: "true",
    CONSUL_TLS_SERVER_NAME: tlsServerName,
    CONSUL_CACERT_FILE: `${FOLDERS.authority}/ca.pem`,
    CONSUL_ACL_TOKEN_FILE: `${FOLDERS.token}/${token.files[0]!}`,
  };
  return {
    name: NAME,
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["consul-k8s-control-plane"],
    args: catalogSyncArguments(spec),
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    ports: [{ name: "health", containerPort: HEALTH_PORT, protocol: "TCP" }],
    // The vendor's own figures.
    resources: { requests: { cpu: "50m", memory: "50Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    // It answers once it has found the servers, which it waits for as long as it takes.
    startupProbe: { ...probe, timeoutSeconds: 5, failureThreshold: 60 },
    livenessProbe: { ...probe, timeoutSeconds: 5, failureThreshold: 3 },
    readinessProbe: { ...probe, timeoutSeconds: 5, failureThreshold: 3 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [
      { name: "authority", mountPath: FOLDERS.authority, readOnly: true },
      { name: "token", mountPath: FOLDERS.token, readOnly: true },
    ],
  };
}

/** Only Services of the namespace that ask for it; node and tag are this cluster's own, so that it takes nobody else's away. */
export function catalogSyncArguments({ namespace, nodeName, address, intervalSeconds }: CatalogSyncSpec): string[] {
  return [
    "sync-catalog",
    "-to-consul=true",
    "-to-k8s=false",
    "-k8s-default-sync=false",
    `-k8s-source-namespace=${namespace}`,
    `-consul-node-name=${nodeName}`,
    `-consul-k8s-tag=${nodeName}`,
    `-consul-write-interval=${intervalSeconds}s`,
    `-sync-lb-services-endpoints=${address === "pods"}`,
    "-log-level=info",
    "-log-json=true",
  ];
}
