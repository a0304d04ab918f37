import type { Changes } from "./arguments";

/** One mistake each, and what is said about it. */
export const MISTAKES: readonly [string, Changes & { service?: Changes }, string][] = [
  ["an image without tag", { service: { image: "orders.azurecr.io/orders" } }, "service.image [image-tag]"],
  ["an image that is latest", { service: { image: "orders.azurecr.io/orders:latest" } }, "service.image [pattern]"],
  [
    "the agent's health",
    { service: { health: { provider: "agent", port: 8081 } } },
    "service.health.provider [pod-health]",
  ],
  ["a drain file", { service: { arguments: ["${WINDOWS_HA_DRAIN_FILE}"] } }, "service.arguments[0] [pod-placeholder]"],
  ["a scheduled task", { service: { mode: "scheduledTask" } }, "service.mode [one-of]"],
  [
    "a question that outlasts its interval",
    { service: { installGate: { intervalSeconds: 2, timeoutSeconds: 5 } } },
    "service.installGate.timeoutSeconds [probe-timeout]",
  ],
  ["as many active as there are", { workload: { minimumActive: 3 } }, "workload.minimumActive [minimum-active]"],
  [
    "an autoscaler below the replicas",
    { workload: { autoscale: { minimum: 2, maximum: 5 } } },
    "workload.autoscale [autoscale-limits]",
  ],
  [
    "a public balancer for nobody",
    { workload: { loadBalancer: { public: true } } },
    "workload.loadBalancer.allowFrom [public-source]",
  ],
  [
    "service tags as sources",
    { workload: { loadBalancer: { public: true, allowFrom: ["Internet"] } } },
    "workload.loadBalancer.allowFrom[0] [cidr]",
  ],
  [
    "less processor than requested",
    { workload: { resources: { cpuLimitMillicores: 100 } } },
    "workload.resources.cpuLimitMillicores [cpu-limit]",
  ],
  ["Windows 2022 on Kubernetes 1.37", { cluster: { kubernetesVersion: "1.37" } }, "windowsPool.osSku [os-sku-version]"],
  [
    "Windows 2025 on Kubernetes 1.31",
    { windowsPool: { osSku: "Windows2025", kubernetesVersion: "1.31" } },
    "windowsPool.osSku [os-sku-version]",
  ],
  [
    "Windows 2025 without FIPS",
    { windowsPool: { osSku: "Windows2025", fips: false } },
    "windowsPool.fips [os-sku-fips]",
  ],
  [
    "Windows 2022 on machines of generation 2",
    { windowsPool: { size: "Standard_D4ds_v6" } },
    "windowsPool.size [os-sku-generation]",
  ],
  [
    "Windows 2025 on machines of generation 1",
    { windowsPool: { osSku: "Windows2025", size: "Standard_D4_v3", osDiskType: "Managed" } },
    "windowsPool.size [os-sku-generation]",
  ],
  [
    "an ephemeral disk nowhere",
    { windowsPool: { size: "Standard_D4s_v5" } },
    "windowsPool.osDiskType [ephemeral-disk-size]",
  ],
  [
    "an ephemeral disk too small",
    { windowsPool: { size: "Standard_D2ds_v5" } },
    "windowsPool.osDiskType [ephemeral-disk-size]",
  ],
  ["ARM", { windowsPool: { size: "Standard_D4pds_v5" } }, "windowsPool.size [arm64-size]"],
  [
    "a drain shorter than a stop",
    { windowsPool: { upgrade: { drainTimeoutMinutes: 5 } }, service: { stop: { stopSeconds: 600 } } },
    "windowsPool.upgrade.drainTimeoutMinutes [drain-timeout]",
  ],
  ["a pool for ten pods", { windowsPool: { count: 1, maxPods: 10 } }, "windowsPool.maxPods [pool-pods]"],
  [
    "a burstable system pool",
    { cluster: { systemPool: { size: "Standard_B4ms" } } },
    "cluster.systemPool.size [system-pool-size]",
  ],
  ["one system node", { cluster: { systemPool: { count: 1 } } }, "cluster.systemPool.count [range]"],
  [
    "a patch level that a channel moves",
    { cluster: { kubernetesVersion: "1.35.2" } },
    "cluster.kubernetesVersion [upgrade-channel]",
  ],
  [
    "a version that a channel moves",
    { cluster: { kubernetesVersion: "1.35", upgradeChannel: "stable" } },
    "cluster.kubernetesVersion [upgrade-channel]",
  ],
  [
    "nodes ahead of their cluster",
    { cluster: { kubernetesVersion: "1.34" }, windowsPool: { kubernetesVersion: "1.35" } },
    "windowsPool.kubernetesVersion [pool-version]",
  ],
  [
    "nodes far behind their cluster",
    { cluster: { kubernetesVersion: "1.36" }, windowsPool: { kubernetesVersion: "1.32" } },
    "windowsPool.kubernetesVersion [pool-version]",
  ],
  ["SecurityPatch", { cluster: { nodeImageChannel: "SecurityPatch" } }, "cluster.nodeImageChannel [one-of]"],
  [
    "pods' range for 4 nodes",
    { cluster: { network: { podCidr: "10.244.0.0/22" } } },
    "cluster.network.podCidr [pod-range]",
  ],
  [
    "pods in the nodes' network",
    { cluster: { network: { podCidr: "10.20.0.0/16" } } },
    "cluster.network.podCidr [range-overlap]",
  ],
  [
    "AKS' own range",
    { cluster: { network: { serviceCidr: "172.30.0.0/16" } } },
    "cluster.network.serviceCidr [range-overlap]",
  ],
  [
    "services' range too large",
    { cluster: { network: { serviceCidr: "10.0.0.0/12" } } },
    "cluster.network.serviceCidr [service-range]",
  ],
  [
    "DNS at the API server's address",
    { cluster: { network: { dnsServiceIp: "10.0.0.1" } } },
    "cluster.network.dnsServiceIp [dns-address]",
  ],
  [
    "a private API server with ranges",
    { cluster: { apiServer: { private: true, allowFrom: ["203.0.113.7"] } } },
    "cluster.apiServer.allowFrom [api-server-access]",
  ],
  [
    "a name as a source",
    { cluster: { apiServer: { allowFrom: ["office"] } } },
    "cluster.apiServer.allowFrom[0] [api-server-access]",
  ],
  [
    "settings of a cluster that exists",
    { resourceGroupName: "g", cluster: { existing: { clusterName: "shared" }, upgradeChannel: "rapid" } },
    "cluster.upgradeChannel [existing-cluster]",
  ],
  [
    "an identity per secret",
    {
      service: {
        secrets: {
          API_KEY: {
            url: "https://orders.vault.azure.net/secrets/api-key",
            identityClientId: "66666666-7777-8888-9999-000000000000",
          },
        },
      },
    },
    'service.secrets["API_KEY"].identityClientId [secret-identity]',
  ],
  [
    "a probe that AKS takes for no Service",
    { workload: { loadBalancer: { probe: { threshold: 1 } } } },
    "workload.loadBalancer.probe.threshold [probe-threshold]",
  ],
  [
    "probes of two minutes",
    {
      workload: { loadBalancer: { probe: { intervalSeconds: 30, threshold: 4 } } },
      service: { stop: { drainSeconds: 30 } },
    },
    "workload.loadBalancer.probe [probe-time]",
  ],
  [
    "a public balancer that is none",
    { workload: { loadBalancer: { enabled: false, public: true } } },
    "workload.loadBalancer.enabled [balancer-off]",
  ],
  ["Kubernetes' own namespace", { workload: { namespace: "kube-system" } }, "workload.namespace [reserved-namespace]"],
  ["a namespace that is there", { service: { name: "default" } }, "workload.namespace [reserved-namespace]"],
  [
    "a sidecar with the name of the service's container",
    {
      service: { name: "Orders.Api" },
      workload: { sidecars: [{ name: "orders-api", image: "ghcr.io/exporter:1" }] },
    },
    "workload.sidecars[0].name [unique]",
  ],
  [
    "more processes of the host than nodes",
    { workload: { hostProcess: true, replicas: 4 } },
    "workload.replicas [host-process-nodes]",
  ],
  ["a mesh for the pods", { workload: { mesh: { enabled: true } } }, "workload.mesh [unknown-property]"],
  [
    "a mesh for the cluster",
    { cluster: { serviceMeshProfile: { mode: "Istio" } } },
    "cluster.serviceMeshProfile [unknown-property]",
  ],
  [
    "Trusted Launch",
    { windowsPool: { securityProfile: { enableSecureBoot: true } } },
    "windowsPool.securityProfile [unknown-property]",
  ],
  [
    "a Kubernetes whose pods can't wait",
    { cluster: { kubernetesVersion: "1.29" } },
    "cluster.kubernetesVersion [kubernetes-version]",
  ],
  [
    "images of nodes from a channel and by hand",
    { cluster: { upgradeChannel: "node-image", nodeImageChannel: "None" } },
    "cluster.nodeImageChannel [upgrade-channel]",
  ],
  [
    "two processors of four in a system pool",
    { cluster: { systemPool: { size: "Standard_E4-2ds_v5" } } },
    "cluster.systemPool.size [system-pool-size]",
  ],
  [
    "a pods' range without room for all nodes of an upgrade",
    { cluster: { systemPool: { count: 12 }, network: { podCidr: "10.244.0.0/20" } } },
    "cluster.network.podCidr [pod-range]",
  ],
  [
    "200 ranges beside the gateway's",
    { cluster: { apiServer: { allowFrom: Array.from({ length: 200 }, (_, index) => `203.0.113.${index}`) } } },
    "cluster.apiServer.allowFrom [length]",
  ],
  ["a balancer beside the workload", { loadBalancer: { public: true } }, "loadBalancer [unknown-property]"],
];
