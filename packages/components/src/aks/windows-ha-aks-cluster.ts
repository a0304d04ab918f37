import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import {
  aksHaFacts,
  predictAksHaCluster,
  resolveAksHaCluster,
  secretSources,
  type AksHaClusterSpec,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { aksClusterNames, consulServerNames, networkNames } from "../common/named-parts";
import { placementOf, type PlacementArgs } from "../common/placement";
import { withName } from "../common/resource-names";
import type { Network } from "../network";
import { withAksNames, type AksNames } from "./names";
import type { SecretStore } from "../secret-store";
import { AksCluster } from "./aks-cluster";
import type { WindowsHaAksClusterArgs } from "./ha-cluster-args";
import type { ConsulServers } from "../consul";
import { createConsul } from "./consul";
import { createNodesNetwork } from "./nodes-network";
import type { AksClusterPrediction } from "./prediction";
import { createWorkloadSecrets } from "./secrets";
import { WindowsNodePool } from "./windows-node-pool";
import { WindowsWorkload } from "./windows-workload";
import type { WindowsVersion, WorkloadIdentityArgs } from "./workload-args";

interface Parts {
  cluster: AksCluster;
  network: Network | undefined;
  windowsPool: WindowsNodePool;
  workload: WindowsWorkload;
  secretStore: SecretStore | undefined;
  consulServers: ConsulServers | undefined;
}

/** Pulumi's schema inference refuses fields that hold components, so the parts live beside the object. */
const parts = new WeakMap<WindowsHaAksCluster, Parts>();

/** What whoever deploys is told as long as nobody can reach the API server from outside. */
const CLOSED =
  "The API server lets in nobody but the cluster's own network, so this update can deploy the service only from there. " +
  "Give cluster.apiServer.allowFrom the public address of whoever deploys.";

/**
 * A highly available Go service on AKS: network, cluster of Kubernetes over three zones, Windows nodes in each of them,
 * and the service as pods behind Azure's balancer. The service is declared as for a `WindowsHaCluster`, with an image.
 *
 * @example
 * ```ts
 * const orders = new WindowsHaAksCluster("orders", {
 *   service: { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 },
 *   cluster: { apiServer: { allowFrom: ["203.0.113.7"] } },
 * });
 * export const url = orders.url;
 * ```
 * @throws InvalidArgumentsError with every finding
 */
export class WindowsHaAksCluster extends pulumi.ComponentResource {
  /** Where clients find the service, for example `http://10.20.0.7:8080`. */
  public readonly url: pulumi.Output<string>;
  /** Address of the balancer. */
  public readonly address: pulumi.Output<string>;
  /** Name of the resource group that holds everything. */
  public readonly resourceGroupName: pulumi.Output<string>;
  /** Name of the cluster of Kubernetes. */
  public readonly clusterName: pulumi.Output<string>;
  /** How to reach it, for kubectl; a secret. `kubelogin` has to be installed. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** What the service will do: switchover per fault, replacement, rollout, availability, cost; each with its formula. */
  public readonly prediction: pulumi.Output<AksClusterPrediction>;

  constructor(name: string, args: WindowsHaAksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `WindowsHaAksCluster "${name}"`,
      withAksNames(
        withName(name, resolveAksHaCluster(args), (found) => haClusterNames(name, found)),
        namesOf(name, args),
      ),
    );
    super("windows-ha:index:WindowsHaAksCluster", name, { ...aksHaFacts(spec) }, opts);
    const { existing } = spec.cluster;
    if (!existing && isClosed(spec)) void pulumi.log.warn(CLOSED, this);

    const placement = placeCluster(name, args, this);
    const nodes = existing ? undefined : createNodesNetwork(name, args, placement, spec, this);
    const network = nodes?.network;
    const cluster = createAksCluster(name, args, placement, network, this);
    const windowsPool = createPool(name, args, placement, cluster, network, this);
    const identity = createIdentity(name, placement, spec, this);
    const { references, secretStore } = createWorkloadSecrets(
      name,
      args,
      placement,
      spec,
      { principalId: identity?.principalId ?? "", outboundAddress: network?.outboundAddress },
      this,
    );
    const workload = new WindowsWorkload(
      `${name}-workload`,
      {
        ...args.workload,
        ...(spec.workload.registration ? { registration: spec.workload.registration } : {}),
        service: { ...args.service, ...references },
        windowsVersion: spec.workload.windowsVersion as WindowsVersion,
        kubeconfig: cluster.kubeconfig,
        ...(identity ? { identity: workloadIdentity(identity, placement, cluster) } : {}),
      },
      { parent: this, dependsOn: windowsPool },
    );
    const consulServers = createConsul(name, args, spec, { placement, nodes, cluster, workload }, this);
    parts.set(this, { cluster, network, windowsPool, workload, secretStore, consulServers });

    this.url = workload.url;
    this.address = workload.address;
    this.resourceGroupName = pulumi.output(placement.resourceGroupName);
    this.clusterName = cluster.clusterName;
    this.kubeconfig = cluster.kubeconfig;
    this.prediction = pulumi.output(predictAksHaCluster(spec));
    this.registerOutputs({
      url: this.url,
      address: this.address,
      resourceGroupName: this.resourceGroupName,
      clusterName: this.clusterName,
      kubeconfig: this.kubeconfig,
      prediction: this.prediction,
    });
  }

  /** The cluster of Kubernetes. */
  get cluster(): AksCluster {
    return parts.get(this)!.cluster;
  }

  /** The nodes' network; undefined where an existing cluster is used. */
  get network(): Network | undefined {
    return parts.get(this)!.network;
  }

  /** The Windows nodes. */
  get windowsPool(): WindowsNodePool {
    return parts.get(this)!.windowsPool;
  }

  /** The service's pods, and what belongs to them. */
  get workload(): WindowsWorkload {
    return parts.get(this)!.workload;
  }

  /** Consul's servers; undefined without own ones. */
  get consulServers(): ConsulServers | undefined {
    return parts.get(this)!.consulServers;
  }

  /** Where secrets that were given by value are kept; undefined when there are none. */
  get secretStore(): SecretStore | undefined {
    return parts.get(this)!.secretStore;
  }
}

function haClusterNames(name: string, { cluster, network, consul }: AksHaClusterSpec): ReturnType<typeof networkNames> {
  if (cluster.existing) return [];
  const networkName = `${name}-network`;
  return [
    ...aksClusterNames(`${name}-cluster`),
    ...networkNames(networkName, network),
    { kind: "overlayNetwork", name: networkName },
    ...(consul?.servers ? consulServerNames(`${name}-consul`, consul.servers) : []),
  ];
}

function namesOf(name: string, { cluster, ...placement }: WindowsHaAksClusterArgs): AksNames | undefined {
  if (cluster?.existing) return undefined;
  const makesGroup = placement.resourceGroupName === undefined;
  return { component: name, cluster: `${name}-cluster`, placement, makesGroup, holdsNetwork: true };
}

function isClosed({ cluster: { apiServer } }: AksHaClusterSpec): boolean {
  return !apiServer.private && apiServer.allowFrom.length === 0;
}

function placeCluster(name: string, args: WindowsHaAksClusterArgs, parent: WindowsHaAksCluster): PlacementArgs {
  const { location, tags } = args;
  if (args.resourceGroupName !== undefined) return { resourceGroupName: args.resourceGroupName, location, tags };
  const group = new resources.ResourceGroup(name, { location, tags }, { parent });
  return { resourceGroupName: group.name, location: group.location, tags };
}

function createAksCluster(
  name: string,
  { cluster = {} }: WindowsHaAksClusterArgs,
  placement: PlacementArgs,
  network: Network | undefined,
  parent: WindowsHaAksCluster,
): AksCluster {
  const { existing, apiServer, network: ranges, ...settings } = cluster;
  if (existing) {
    const { clusterName, resourceGroupName = placement.resourceGroupName } = existing;
    const { login } = settings;
    return new AksCluster(
      `${name}-cluster`,
      { resourceGroupName, existing: { clusterName }, ...(login === undefined ? {} : { login }) },
      { parent },
    );
  }
  // Nodes reach a public API server through their own gateway, so it is let in.
  const allowFrom = [network!.outboundAddress!, ...(apiServer?.allowFrom ?? [])];
  return new AksCluster(
    `${name}-cluster`,
    {
      ...placement,
      ...settings,
      apiServer: apiServer?.private ? apiServer : { ...apiServer, allowFrom },
      network: { ...ranges, subnetId: network!.machinesSubnetId },
    },
    { parent },
  );
}

function createPool(
  name: string,
  args: WindowsHaAksClusterArgs,
  { resourceGroupName, tags }: PlacementArgs,
  cluster: AksCluster,
  network: Network | undefined,
  parent: WindowsHaAksCluster,
): WindowsNodePool {
  const group = args.cluster?.existing?.resourceGroupName ?? resourceGroupName;
  return new WindowsNodePool(
    `${name}-windows`,
    {
      ...versionOf(args),
      ...args.windowsPool,
      resourceGroupName: group,
      clusterName: cluster.clusterName,
      ...(network ? { subnetId: network.machinesSubnetId } : {}),
      ...(tags === undefined ? {} : { tags }),
    },
    { parent },
  );
}

/** Azure leaves nodes at their version when the cluster's changes (Azure/AKS#3087), so they are told it, too. */
function versionOf({ cluster: { kubernetesVersion } = {} }: WindowsHaAksClusterArgs): { kubernetesVersion?: string } {
  return kubernetesVersion === undefined ? {} : { kubernetesVersion };
}

/** Who the pods are to Azure, where they need to be somebody. */
function createIdentity(
  name: string,
  placement: PlacementArgs,
  { workload }: AksHaClusterSpec,
  parent: WindowsHaAksCluster,
): managedidentity.UserAssignedIdentity | undefined {
  if (secretSources(workload.service).length === 0) return undefined;
  return new managedidentity.UserAssignedIdentity(`${name}-pods-identity`, placementOf(placement), { parent });
}

function workloadIdentity(
  identity: managedidentity.UserAssignedIdentity,
  { resourceGroupName }: PlacementArgs,
  cluster: AksCluster,
): WorkloadIdentityArgs {
  return {
    clientId: identity.clientId,
    tenantId: identity.tenantId,
    federation: { resourceGroupName, identityName: identity.name, issuerUrl: cluster.oidcIssuerUrl },
  };
}
