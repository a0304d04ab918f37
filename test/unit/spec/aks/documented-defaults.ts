import { resolveAksCluster, resolveWindowsImage, resolveWindowsPool, resolveWindowsWorkload } from "@windows-ha/spec";
import { aksArguments, aksSpec } from "./arguments";
import { syncSpec } from "./sync-arguments";

type Values = Record<string, unknown>;

/** What the optional properties on AKS become, by interface, when only the required ones are given. */
export function aksDefaults(): Record<string, Values> {
  const cluster = resolveAksCluster({ resourceGroupName: "g" }).spec!;
  const pool = resolveWindowsPool({ resourceGroupName: "g", clusterName: "c", autoscale: { maximum: 9 } }).spec!;
  const { service } = aksArguments();
  const workload = resolveWindowsWorkload({ service, autoscale: { maximum: 9 }, registration: {} }).spec!;
  const file = { url: "https://files.example.com/consul.zip", sha256: "a".repeat(64) };
  const { consul } = aksSpec({ consul: { program: { version: "1.21.5", linux: file } } });
  const repository = "registry.example.com/orders";
  const image = resolveWindowsImage({ name: "orders", version: "1.0.0", repository, port: 8080 }).spec!;
  // What is made of other values has no literal: the name of the pool, the namespace.
  const { poolName: _, fips: _fips, ...poolDefaults } = pool;
  const { namespace: _namespace, ...workloadDefaults } = workload;
  const { cpuPercent, enabled } = workload.autoscale!;
  return {
    AksClusterArgs: {},
    AksSettingsArgs: { ...cluster },
    AksRangesArgs: { ...cluster.network },
    AksNetworkArgs: {},
    AksSecretStoreArgs: { ...aksSpec().secretStore },
    ApiServerArgs: { ...cluster.apiServer },
    AdministratorsArgs: { ...cluster.administrators },
    MaintenanceArgs: { ...cluster.maintenance },
    SystemPoolArgs: { ...cluster.systemPool },
    NodeAutoscaleArgs: { enabled: pool.autoscale!.enabled },
    NodeUpgradeArgs: { ...pool.upgrade },
    WindowsPoolSettingsArgs: poolDefaults,
    PodAutoscaleArgs: { cpuPercent, enabled },
    PodProbesArgs: { ...workload.probes },
    PodResourcesArgs: { ...workload.resources },
    WorkloadBalancerArgs: { ...workload.loadBalancer, port: undefined },
    WorkloadPolicyArgs: { ...workload.networkPolicy },
    WorkloadSettingsArgs: workloadDefaults,
    WindowsWorkloadArgs: { windowsVersion: workload.windowsVersion },
    WindowsImageArgs: { ...image },
    CatalogSyncSettingsArgs: { ...syncSpec() },
    ConsulApiArgs: {},
    ConsulApiPortsArgs: { ...syncSpec().ports },
    ConsulCatalogSyncArgs: { ...syncSpec() },
    AksConsulArgs: { ...consul },
    ExistingAksConsulArgs: {},
    WorkloadRegistrationArgs: { ...workload.registration },
  };
}
