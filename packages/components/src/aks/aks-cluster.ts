import type * as containerservice from "@pulumi/azure-native/containerservice";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { aksClusterFacts, resolveAksCluster, type AksClusterSpec } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { aksClusterNames } from "../common/named-parts";
import { onDemand } from "../common/on-demand";
import { placementOf } from "../common/placement";
import { withName } from "../common/resource-names";
import type { AksClusterArgs } from "./cluster-args";
import { clusterBody } from "./cluster-body";
import { createDeployerRole, createNetworkRole, createPullRoles } from "./cluster-roles";
import { kubeconfigOf } from "./kubeconfig";
import { withAksNames } from "./names";

/** What the outputs are made of, whoever made the cluster. */
interface Cluster {
  name: pulumi.Output<string>;
  id: pulumi.Output<string>;
  oidcIssuerUrl: pulumi.Output<string>;
  nodeResourceGroupName: pulumi.Output<string>;
  /** What has to be there before anybody uses the cluster. */
  ready: pulumi.Resource[];
}

/**
 * A cluster of Kubernetes that goes on when a zone is lost, made for Windows nodes: Standard tier, a system pool of Linux
 * over the zones, sign-in by Microsoft Entra ID alone, an API server that lets in only who is named, workload identity,
 * secrets from key vaults, updates in a maintenance window. Its Windows nodes are a `WindowsNodePool`.
 *
 * @example
 * ```ts
 * const cluster = new AksCluster("shop", { resourceGroupName, apiServer: { allowFrom: ["203.0.113.7"] } });
 * const pool = new WindowsNodePool("shop-windows", { resourceGroupName, clusterName: cluster.clusterName });
 * ```
 * @throws InvalidArgumentsError with every finding
 */
export class AksCluster extends pulumi.ComponentResource {
  /** Name of the cluster. */
  public readonly clusterName: pulumi.Output<string>;
  /** Id of the cluster. */
  public readonly clusterId: pulumi.Output<string>;
  /** How to reach it, for kubectl and Pulumi; holds no key, but is kept as a secret. `kubelogin` has to be installed. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** Who issues the tokens of its pods, for federated identities. */
  public readonly oidcIssuerUrl: pulumi.Output<string>;
  /** The resource group in which AKS keeps nodes and balancers. */
  public readonly nodeResourceGroupName: pulumi.Output<string>;

  constructor(name: string, args: AksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `AksCluster "${name}"`,
      withAksNames(
        withName(name, resolveAksCluster(args), ({ existing }) => (existing ? [] : aksClusterNames(name))),
        args?.existing
          ? undefined
          : { component: name, cluster: name, placement: args ?? {}, makesGroup: false, holdsNetwork: false },
      ),
    );
    super("windows-ha:index:AksCluster", name, { ...aksClusterFacts(spec) }, opts);

    const cluster = args.existing ? adoptCluster(args, this) : createCluster(name, args, spec, this);
    const deployer = spec.administrators.deployer && !args.existing ? [createDeployerRole(name, cluster.id, this)] : [];
    const { resourceGroupName } = args;

    this.clusterName = whenReady(cluster.name, cluster.ready);
    this.clusterId = cluster.id;
    this.oidcIssuerUrl = cluster.oidcIssuerUrl;
    this.nodeResourceGroupName = cluster.nodeResourceGroupName;
    const kubeconfig = kubeconfigOf({ resourceGroupName, clusterName: cluster.name }, spec.login, this);
    this.kubeconfig = pulumi.secret(whenReady(kubeconfig, [...cluster.ready, ...deployer]));
    this.registerOutputs({
      clusterName: this.clusterName,
      clusterId: this.clusterId,
      kubeconfig: this.kubeconfig,
      oidcIssuerUrl: this.oidcIssuerUrl,
      nodeResourceGroupName: this.nodeResourceGroupName,
    });
  }
}

/** Whoever uses the value waits for the resources. */
function whenReady(value: pulumi.Output<string>, resources: readonly pulumi.Resource[]): pulumi.Output<string> {
  return pulumi.all([value, ...resources.map(({ urn }) => urn)]).apply(([text]) => text!);
}

function adoptCluster({ resourceGroupName, existing }: AksClusterArgs, parent: AksCluster): Cluster {
  const { clusterName } = existing!;
  const found = onDemand.containerservice.getManagedClusterOutput(
    { resourceGroupName, resourceName: clusterName },
    { parent },
  );
  return {
    name: pulumi.output(clusterName),
    id: found.id,
    oidcIssuerUrl: found.apply(({ oidcIssuerProfile }) => oidcIssuerProfile?.issuerURL ?? ""),
    nodeResourceGroupName: found.apply(({ nodeResourceGroup }) => nodeResourceGroup ?? ""),
    ready: [],
  };
}

function createCluster(name: string, args: AksClusterArgs, spec: AksClusterSpec, parent: AksCluster): Cluster {
  const identity = new managedidentity.UserAssignedIdentity(`${name}-identity`, placementOf(args), { parent });
  const password = new random.RandomPassword(
    `${name}-windows-password`,
    { length: 32, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 2, overrideSpecial: "!#%*+-=?@" },
    { parent, additionalSecretOutputs: ["result", "bcryptHash"] },
  );
  const networkRole = createNetworkRole(name, args, identity.principalId, parent);
  const credentials = { identityId: identity.id, windowsPassword: password.result };
  const cluster = new onDemand.containerservice.ManagedCluster(name, clusterBody(name, args, spec, credentials), {
    parent,
    dependsOn: networkRole,
    additionalSecretOutputs: ["windowsProfile"],
    // The autoscaler decides.
    ...(spec.systemPool.maximum === undefined ? {} : { ignoreChanges: ["agentPoolProfiles[0].count"] }),
  });
  createMaintenance(name, args, spec, cluster, parent);
  createMetrics(name, args, cluster, parent);
  return {
    name: cluster.name,
    id: cluster.id,
    oidcIssuerUrl: issuerOf(cluster),
    nodeResourceGroupName: cluster.nodeResourceGroup.apply((group) => group ?? ""),
    ready: createPullRoles(name, args, cluster, parent),
  };
}

/** In a preview the profile is what was asked for, without an address: nothing is known before AKS has answered. */
function issuerOf({
  oidcIssuerProfile,
  currentKubernetesVersion,
  id,
}: containerservice.ManagedCluster): pulumi.Output<string> {
  return pulumi.all([oidcIssuerProfile, currentKubernetesVersion, id]).apply(([profile]) => profile?.issuerURL ?? "");
}

/** Names that AKS gives a meaning: when Kubernetes is updated, and when the nodes' images are. */
const SCHEDULES = [
  {
    configName: "aksManagedAutoUpgradeSchedule",
    role: "kubernetes",
    isUsed: ({ upgradeChannel }: AksClusterSpec) => upgradeChannel !== "none",
  },
  {
    configName: "aksManagedNodeOSUpgradeSchedule",
    role: "nodes",
    isUsed: ({ nodeImageChannel }: AksClusterSpec) => nodeImageChannel !== "None",
  },
] as const;

function createMaintenance(
  name: string,
  { resourceGroupName }: AksClusterArgs,
  spec: AksClusterSpec,
  cluster: containerservice.ManagedCluster,
  parent: AksCluster,
): void {
  const { dayOfWeek, startTime, utcOffset, durationHours } = spec.maintenance;
  for (const { configName, role } of SCHEDULES.filter(({ isUsed }) => isUsed(spec))) {
    new onDemand.containerservice.MaintenanceConfiguration(
      `${name}-maintenance-${role}`,
      {
        resourceGroupName,
        resourceName: cluster.name,
        configName,
        maintenanceWindow: {
          schedule: { weekly: { dayOfWeek, intervalWeeks: 1 } },
          startTime,
          utcOffset,
          durationHours,
        },
      },
      { parent },
    );
  }
}

function createMetrics(
  name: string,
  { prometheus }: AksClusterArgs,
  cluster: containerservice.ManagedCluster,
  parent: AksCluster,
): void {
  if (!prometheus) return;
  const { dataCollectionRuleId } = prometheus;
  new onDemand.monitor.DataCollectionRuleAssociation(
    `${name}-metrics`,
    { resourceUri: cluster.id, dataCollectionRuleId },
    { parent },
  );
}
