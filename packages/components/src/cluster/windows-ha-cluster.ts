import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import {
  applyProfile,
  clusterFacts,
  clusterHostFirewall,
  healthScheme,
  predictCluster,
  resolveCluster,
  SINGLE_PROFILE_WARNING,
} from "@windows-ha/spec";
import type { ArtifactStore } from "../artifact-store";
import { specOrFail } from "../common/invalid-arguments";
import { clusterNames } from "../common/named-parts";
import { placementOf, type PlacementArgs } from "../common/placement";
import { withName } from "../common/resource-names";
import type { ConsulServers } from "../consul";
import type { Firewall } from "../firewall";
import type { LoadBalancer } from "../load-balancer";
import type { Network } from "../network";
import type { WindowsMachines } from "../machines";
import type { WindowsScaleSet } from "../scale-set";
import type { SecretStore } from "../secret-store";
import type { ServiceInstall } from "../service-install";
import type { VmApplication } from "../vm-application";
import type { ClusterIdentityArgs, WindowsHaClusterArgs } from "./args";
import { createConsul, withConsul } from "./consul";
import { createCompute, type ClusterCompute } from "./compute";
import { createInstall, type ClusterInstall } from "./install";
import { createNetworking } from "./networking";
import type { ClusterPrediction } from "./prediction";
import { createSecrets } from "./secrets";
import { checkPrograms, createPrograms } from "./programs";

interface Parts extends ClusterCompute, ClusterInstall {
  firewall: Firewall;
  network: Network | undefined;
  loadBalancer: LoadBalancer;
  artifactStore: ArtifactStore | undefined;
  secretStore: SecretStore | undefined;
  consulServers: ConsulServers | undefined;
}

/** Pulumi's schema inference refuses fields that hold components, so the parts live beside the object. */
const parts = new WeakMap<WindowsHaCluster, Parts>();

/**
 * A highly available Windows cluster for a Go service: network, default-deny firewall, zone-redundant load balancer,
 * Windows machines over three zones, and the service installed on each of them.
 *
 * Its name becomes part of Azure's names: letters, digits, hyphens and underscores, as a rule at most 44 characters.
 *
 * @example
 * ```ts
 * const orders = new WindowsHaCluster("orders", {
 *   service: { name: "orders", version: "1.4.2", artifact: { path: "dist/orders.exe" }, port: 8080 },
 * });
 * export const url = orders.url;
 * ```
 * @throws InvalidArgumentsError with every finding
 */
export class WindowsHaCluster extends pulumi.ComponentResource {
  /** Where clients find the service, for example `http://10.20.0.4:8080`. */
  public readonly url: pulumi.Output<string>;
  /** The address of the load balancer. */
  public readonly address: pulumi.Output<string>;
  /** Name of the resource group that holds everything. */
  public readonly resourceGroupName: pulumi.Output<string>;
  /** How many machines were declared. */
  public readonly machineCount: pulumi.Output<number>;
  /** What the cluster will do: switchover per fault, availability, cost, duration of an update; each with its formula. */
  public readonly prediction: pulumi.Output<ClusterPrediction>;

  constructor(name: string, args: WindowsHaClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    args = applyProfile(args);
    const spec = specOrFail(
      `WindowsHaCluster "${name}"`,
      withName(name, checkPrograms(resolveCluster(args), args), (found) => clusterNames(name, found)),
    );
    super("windows-ha:index:WindowsHaCluster", name, clusterFacts(spec), opts);
    if (spec.profile === "single") void pulumi.log.warn(SINGLE_PROFILE_WARNING, this);

    const placement = placeCluster(name, args, this);
    const networking = createNetworking(name, args, placement, spec, this);
    const { firewall, network, loadBalancer } = networking;
    const identity = args.machines?.identity ?? createIdentity(name, placement, this);
    const programs = createPrograms(name, args, placement, spec, { identity, networking }, this);
    const { references, secretStore } = createSecrets(name, args, placement, spec, { identity, networking }, this);
    const found = { identity, networking, secretStore };
    const { consulServers, client } = createConsul(name, args, placement, spec, found, this);
    const declared = { ...args.service, ...references, hostFirewall: clusterHostFirewall(spec) };
    const service = withConsul(declared, client);
    const { install, machines: step } = createInstall(
      name,
      args,
      placement,
      spec,
      service,
      programs,
      { machinesSubnetId: networking.machines.subnetId, consul: client },
      this,
    );
    const machines = { network: networking.machines, identity, install: step };
    const compute = createCompute(name, args, placement, spec, machines, this);
    const { artifactStore } = programs;
    const shared = { firewall, network, loadBalancer, artifactStore, secretStore, consulServers };
    parts.set(this, { ...shared, ...install, ...compute });

    this.address = loadBalancer.address;
    this.url = pulumi.interpolate`${healthScheme(spec.service)}://${loadBalancer.address}:${spec.loadBalancer.port}`;
    this.resourceGroupName = pulumi.output(placement.resourceGroupName);
    this.machineCount = pulumi.output(spec.machines.count);
    this.prediction = pulumi.output(predictCluster(spec));
    this.registerOutputs({
      url: this.url,
      address: this.address,
      resourceGroupName: this.resourceGroupName,
      machineCount: this.machineCount,
      prediction: this.prediction,
    });
  }

  /** The firewall of the machines. */
  get firewall(): Firewall {
    return parts.get(this)!.firewall;
  }

  /** The virtual network, its subnet and its way out; undefined where an existing network is used. */
  get network(): Network | undefined {
    return parts.get(this)!.network;
  }

  /** The load balancer in front of the machines. */
  get loadBalancer(): LoadBalancer {
    return parts.get(this)!.loadBalancer;
  }

  /** What the machines download and run. @throws Error when the service is a VM Application */
  get serviceInstall(): ServiceInstall {
    const { serviceInstall } = parts.get(this)!;
    if (serviceInstall) return serviceInstall;
    throw new Error('This cluster has install.transport "vmApplication": its install step is cluster.vmApplication.');
  }

  /** The service's package in a gallery; undefined when the machines download and run it themselves. */
  get vmApplication(): VmApplication | undefined {
    return parts.get(this)!.vmApplication;
  }

  /** Where programs that were given as files are kept, and the packages of `vmApplication`; undefined without either. */
  get artifactStore(): ArtifactStore | undefined {
    return parts.get(this)!.artifactStore;
  }

  /** Where secrets that were given by value are kept; undefined when there are none. */
  get secretStore(): SecretStore | undefined {
    return parts.get(this)!.secretStore;
  }

  /** The servers of Consul; undefined where the cluster has none of its own. */
  get consulServers(): ConsulServers | undefined {
    return parts.get(this)!.consulServers;
  }

  /** The machines as a scale set. @throws Error when `compute` chose single machines */
  get scaleSet(): WindowsScaleSet {
    return this.chosen(parts.get(this)!.scaleSet, "machines");
  }

  /** The machines as single ones. @throws Error when `compute` chose a scale set, as it does when nothing is said */
  get machines(): WindowsMachines {
    return this.chosen(parts.get(this)!.machines, "scaleSet");
  }

  private chosen<T>(part: T | undefined, other: string): T {
    if (part) return part;
    throw new Error(
      `This cluster was declared with compute ${JSON.stringify(other)}: its machines are cluster.${other}.`,
    );
  }
}

function placeCluster(name: string, args: WindowsHaClusterArgs, parent: WindowsHaCluster): PlacementArgs {
  const { location, tags } = args;
  if (args.resourceGroupName !== undefined) return { resourceGroupName: args.resourceGroupName, location, tags };
  const group = new resources.ResourceGroup(name, { location, tags }, { parent });
  return { resourceGroupName: group.name, location: group.location, tags };
}

/** The machines' identity comes before them: what they read has to know it. */
function createIdentity(name: string, placement: PlacementArgs, parent: WindowsHaCluster): ClusterIdentityArgs {
  return new managedidentity.UserAssignedIdentity(`${name}-machines-identity`, placementOf(placement), { parent });
}
