import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { clusterFacts, installSeconds, resolveCluster, type ClusterSpec } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import type { PlacementArgs } from "../common/placement";
import { Firewall } from "../firewall";
import { LoadBalancer } from "../load-balancer";
import { Network } from "../network";
import { WindowsScaleSet } from "../scale-set";
import { ServiceInstall } from "../service-install";
import type { WindowsHaClusterArgs } from "./args";

interface Parts {
  firewall: Firewall;
  network: Network;
  loadBalancer: LoadBalancer;
  serviceInstall: ServiceInstall;
  scaleSet: WindowsScaleSet;
}

/** Pulumi's schema inference refuses fields that hold components, so the parts live beside the object. */
const parts = new WeakMap<WindowsHaCluster, Parts>();

/**
 * A highly available Windows cluster for a Go service: network, default-deny firewall, zone-redundant load balancer,
 * Windows machines over three zones, and the service installed on each of them.
 *
 * @example
 * ```ts
 * const orders = new WindowsHaCluster("orders", {
 *   service: { name: "orders", version: "1.4.2", artifact: { url, sha256 }, port: 8080 },
 *   agent: { url: agentUrl, sha256: agentSha256 },
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

  constructor(name: string, args: WindowsHaClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`WindowsHaCluster "${name}"`, resolveCluster(args));
    super("windows-ha:index:WindowsHaCluster", name, clusterFacts(spec), opts);

    const placement = placeCluster(name, args, this);
    const firewall = createFirewall(name, placement, spec, this);
    const network = createNetwork(name, placement, spec, firewall, this);
    const loadBalancer = createLoadBalancer(name, placement, spec, network, this);
    const serviceInstall = createServiceInstall(name, args, spec, this);
    const scaleSet = createScaleSet(name, args, placement, spec, { network, loadBalancer, serviceInstall }, this);
    parts.set(this, { firewall, network, loadBalancer, serviceInstall, scaleSet });

    this.address = loadBalancer.address;
    this.url = pulumi.interpolate`http://${loadBalancer.address}:${spec.loadBalancer.port}`;
    this.resourceGroupName = pulumi.output(placement.resourceGroupName);
    this.machineCount = pulumi.output(spec.machines.count);
    this.registerOutputs({
      url: this.url,
      address: this.address,
      resourceGroupName: this.resourceGroupName,
      machineCount: this.machineCount,
    });
  }

  /** The firewall of the machines. */
  get firewall(): Firewall {
    return parts.get(this)!.firewall;
  }

  /** The virtual network, its subnet and its way out. */
  get network(): Network {
    return parts.get(this)!.network;
  }

  /** The load balancer in front of the machines. */
  get loadBalancer(): LoadBalancer {
    return parts.get(this)!.loadBalancer;
  }

  /** What the machines download and run. */
  get serviceInstall(): ServiceInstall {
    return parts.get(this)!.serviceInstall;
  }

  /** The machines. */
  get scaleSet(): WindowsScaleSet {
    return parts.get(this)!.scaleSet;
  }
}

function placeCluster(name: string, args: WindowsHaClusterArgs, parent: WindowsHaCluster): PlacementArgs {
  const { location, tags } = args;
  if (args.resourceGroupName !== undefined) return { resourceGroupName: args.resourceGroupName, location, tags };
  const group = new resources.ResourceGroup(name, { location, tags }, { parent });
  return { resourceGroupName: group.name, location: group.location, tags };
}

function createFirewall(name: string, placement: PlacementArgs, spec: ClusterSpec, parent: WindowsHaCluster): Firewall {
  return new Firewall(
    `${name}-firewall`,
    {
      ...placement,
      probePort: spec.service.port,
      rules: [{ name: "allow-clients", port: spec.service.port, sources: spec.loadBalancer.allowFrom }],
    },
    { parent },
  );
}

function createNetwork(
  name: string,
  placement: PlacementArgs,
  spec: ClusterSpec,
  firewall: Firewall,
  parent: WindowsHaCluster,
): Network {
  return new Network(
    `${name}-network`,
    { ...placement, ...spec.network, networkSecurityGroupId: firewall.networkSecurityGroupId },
    { parent },
  );
}

function createLoadBalancer(
  name: string,
  placement: PlacementArgs,
  { service, loadBalancer }: ClusterSpec,
  network: Network,
  parent: WindowsHaCluster,
): LoadBalancer {
  return new LoadBalancer(
    `${name}-load-balancer`,
    {
      ...placement,
      public: loadBalancer.public,
      ...(loadBalancer.public ? {} : { subnetId: network.machinesSubnetId }),
      ports: [{ name: service.name, frontendPort: loadBalancer.port, backendPort: service.port }],
      probe: { ...loadBalancer.probe, port: service.port, path: service.health.readinessPath },
      idleTimeoutMinutes: loadBalancer.idleTimeoutMinutes,
    },
    { parent },
  );
}

function createServiceInstall(
  name: string,
  args: WindowsHaClusterArgs,
  spec: ClusterSpec,
  parent: WindowsHaCluster,
): ServiceInstall {
  return new ServiceInstall(
    `${name}-service`,
    { service: args.service, agent: args.agent, probe: spec.loadBalancer.probe },
    { parent },
  );
}

function createScaleSet(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  { service, machines, loadBalancer: { probe } }: ClusterSpec,
  { network, loadBalancer, serviceInstall }: Pick<Parts, "network" | "loadBalancer" | "serviceInstall">,
  parent: WindowsHaCluster,
): WindowsScaleSet {
  return new WindowsScaleSet(
    `${name}-machines`,
    {
      ...placement,
      ...args.machines,
      computerNamePrefix: machines.computerNamePrefix,
      subnetId: network.machinesSubnetId,
      backendPoolIds: [loadBalancer.backendPoolId],
      health: {
        port: service.port,
        path: service.health.livenessPath,
        reportsHealthState: service.health.reportsHealthState,
      },
      install: { fileUris: serviceInstall.fileUris, commandToExecute: serviceInstall.commandToExecute },
      installSeconds: installSeconds(service, probe),
    },
    { parent },
  );
}
