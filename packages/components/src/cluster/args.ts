import type * as pulumi from "@pulumi/pulumi";
import type { TransportProtocol } from "../common/protocol";
import type { FirewallRuleArgs } from "../firewall/args";
import type { BalancingArgs, OutboundArgs, ProbeTimingArgs } from "../load-balancer/args";
import type { NetworkRangesArgs } from "../network/args";
import type { Availability } from "../machines/args";
import type { MachineIdentityArgs, MachinesArgs } from "../scale-set/args";
import type { ArtifactStoreSettingsArgs } from "../artifact-store/args";
import type { ArtifactArgs, ServiceArgs } from "../service-install/args";
import type { ConsulArgs } from "./consul-args";

/** One more port of the machines that clients reach through the balancer. */
export interface ClusterPortArgs {
  /** Name of the rule, unique in the cluster. */
  name: string;
  /** Port that clients connect to, 1 to 65535. */
  port: number;
  /**
   * Port on the machines.
   * @default the same
   */
  backendPort?: number;
  /** @default "Tcp" */
  protocol?: TransportProtocol;
}

/** How clients reach the cluster. */
export interface ClusterLoadBalancerArgs extends BalancingArgs {
  /**
   * Port that clients connect to, 1 to 65535.
   * @default the service's port
   */
  port?: number;
  /**
   * Further ports, let through the firewall for the same clients.
   * @default []
   */
  ports?: ClusterPortArgs[];
  /**
   * Who may connect: IPv4 addresses and ranges, and service tags. With a public and an internal address it holds for
   * both, so name `VirtualNetwork` too.
   * @default ["VirtualNetwork"] for an internal address; none for a public one
   */
  allowFrom?: string[];
  probe?: ProbeTimingArgs;
  /**
   * Lets the machines go out by the public address. Azure recommends the NAT gateway: it gives its ports on demand.
   * @default the network's NAT gateway; with an existing network, what that has
   */
  outbound?: OutboundArgs;
}

/** A network that is there already. Nothing of it is changed; the firewall goes to the machines' interfaces. */
export interface NetworkReferenceArgs {
  /** Id of the subnet for the machines and the internal address. It needs a way out, such as a NAT gateway. */
  machinesSubnetId: pulumi.Input<string>;
  /** Id of the virtual network around it; handed on only. */
  virtualNetworkId?: pulumi.Input<string>;
  /**
   * Id of the subnet for Consul's servers, which needs a way out, too.
   * @default none; required where the cluster has servers of its own
   */
  consulSubnetId?: pulumi.Input<string>;
}

/** The network of a cluster: a new one by its ranges, or an existing one. */
export interface ClusterNetworkArgs extends NetworkRangesArgs {
  /**
   * The network to use instead of a new one.
   * @default a new one
   */
  existing?: NetworkReferenceArgs;
}

/** What may come in beside the balanced ports. */
export interface ClusterFirewallArgs {
  /**
   * More rules, for example for administration from named addresses.
   * @default []
   */
  rules?: FirewallRuleArgs[];
  /**
   * Days between two reviews of the rules, 1 to 365.
   * @default 30 (S0-33)
   */
  reviewEveryDays?: number;
}

/** What a cluster is for. */
export const Profile = {
  /** Goes on whatever fails: several machines over zones. */
  HighlyAvailable: "highlyAvailable",
  /** One machine: cheap, and out of service during every update and every fault. */
  Single: "single",
} as const;
/** What a cluster is for. */
export type Profile = (typeof Profile)[keyof typeof Profile];

/** What the machines of a cluster are for Azure. */
export const Compute = {
  ScaleSet: "scaleSet",
  Machines: "machines",
} as const;
/** What the machines of a cluster are for Azure. */
export type Compute = (typeof Compute)[keyof typeof Compute];

/**
 * An identity that exists already, for a cluster's machines to act with: all three ids are on the resource, and on what
 * `managedidentity.getUserAssignedIdentityOutput({ resourceGroupName, resourceName })` answers.
 */
export interface ClusterIdentityArgs extends MachineIdentityArgs {
  /** Its client id, by which the machines ask for tokens. */
  clientId: pulumi.Input<string>;
}

/** The machines of a cluster, as a scale set or single ones. */
export interface ClusterMachinesArgs extends MachinesArgs {
  /**
   * How single machines are kept apart; with `compute: "machines"` only, which in turn has no `zoneRebalance`, `upgrade`,
   * `repairs`, `terminateNotification` and `autoscale`.
   * @default "zones"
   */
  availability?: Availability;
  /**
   * The identity that the machines act with: it gets the rights to read the cluster's programs and secrets, so whoever
   * deploys needs the right to give them. Programs on the machines can do whatever it may do.
   * @default a new one, which may do nothing else
   */
  identity?: ClusterIdentityArgs;
}

/** How a cluster's programs are kept, and how its machines reach them. */
export interface ClusterArtifactStoreArgs extends ArtifactStoreSettingsArgs {
  /**
   * Machines read through a private endpoint in their subnet instead of a service endpoint; with `uploadFrom` only. With
   * an existing network give the network's `virtualNetworkId`, or `privateDnsZoneId`.
   * @default false
   */
  private?: boolean;
  /**
   * Id of the zone `privatelink.blob.core.windows.net` that the network is linked to already; with `private` only.
   * @default a new one, linked to the network
   */
  privateDnsZoneId?: pulumi.Input<string>;
}

/** The key vault of a cluster, for what its service is given by value. */
export interface ClusterSecretStoreArgs {
  /**
   * Whether there is one.
   * @default when a secret or the certificate is given by its value
   */
  enabled?: boolean;
  /**
   * Closes the vault's public address: a private endpoint in the machines' subnet leads to it. With an existing network
   * give the network's `virtualNetworkId`, or `privateDnsZoneId`.
   * @default false
   */
  private?: boolean;
  /**
   * Id of the zone `privatelink.vaultcore.azure.net` that the network is linked to already; with `private` only.
   * @default a new one, linked to the network
   */
  privateDnsZoneId?: pulumi.Input<string>;
  /**
   * Public IPv4 addresses and ranges that the machines go out with; all others are denied.
   * @default the NAT gateway's address; with an existing network it has to be given, or `private`
   */
  allowFrom?: pulumi.Input<string>[];
  /**
   * Id of the Entra tenant whose identities the vault trusts.
   * @default the tenant of whoever deploys
   */
  tenantId?: pulumi.Input<string>;
  /**
   * Days in which a deleted vault can be brought back, and its name stays taken, 7 to 90. Azure never changes it later.
   * @default 90
   */
  softDeleteRetentionDays?: number;
}

/** Ways by which a service gets on Azure's machines. */
export const InstallTransport = {
  /** The Custom Script Extension: machines download agent and program from the store. */
  CustomScript: "customScript",
  /** A managed Run Command on each machine; single machines only. */
  RunCommand: "runCommand",
  /** A package in a gallery, which Azure brings to the machines, and takes away again. */
  VmApplication: "vmApplication",
} as const;
/** A way by which a service gets on Azure's machines. */
export type InstallTransport = (typeof InstallTransport)[keyof typeof InstallTransport];

/** How a cluster's service gets on its machines. */
export interface ClusterInstallArgs {
  /**
   * `vmApplication` takes an agent that is a file, a store that Azure reaches, and no secrets in the environment. A
   * running cluster changes to it without reinstalling anything: the agent leaves alone what is in place.
   * @default "vmApplication" where it can be, else "customScript"; with compute "machines" "runCommand"
   */
  transport?: InstallTransport;
  /**
   * With `vmApplication`: raised, the same content is installed once more, since Azure never tries a version again that
   * failed on a machine. 0 to 1000000.
   * @default 0
   */
  attempt?: number;
}

/** Arguments of {@link WindowsHaCluster}. */
export interface WindowsHaClusterArgs {
  /** The service that the cluster is for. */
  service: ServiceArgs;
  /**
   * Whether the cluster goes on when a machine fails, or is a single machine for a fraction of the cost. `single` has
   * other defaults (docs/concepts/profiles.md lists them), takes no second machine, and warns each time.
   * @default "highlyAvailable"
   */
  profile?: Profile;
  /**
   * The `windows-ha-agent` program for windows/amd64, which installs the service on each machine.
   * @default the one of the package `@windows-ha/agent`, uploaded
   */
  agent?: ArtifactArgs;
  /** How the service gets on the machines. */
  install?: ClusterInstallArgs;
  /** How programs that are given as files are kept. Without such files there is no store. */
  artifactStore?: ClusterArtifactStoreArgs;
  /** How secrets that are given by value are kept. Without such secrets there is no store. */
  secretStore?: ClusterSecretStoreArgs;
  /**
   * Whether the machines are a scale set, which Azure repairs and can scale, or single ones, at most 10.
   * @default "scaleSet"
   */
  compute?: Compute;
  /** The machines: three over three zones, when nothing is said. */
  machines?: ClusterMachinesArgs;
  /** Ranges of the network, or an existing one. */
  network?: ClusterNetworkArgs;
  /** What may come in beside the balanced ports: nothing, when nothing is said. */
  firewall?: ClusterFirewallArgs;
  /** How clients reach the cluster: internal, when nothing is said. */
  loadBalancer?: ClusterLoadBalancerArgs;
  /**
   * Discovery by Consul: `{ program }` gives the cluster three servers with Linux, and each machine a client.
   * @default none
   */
  consul?: ConsulArgs;
  /**
   * Name of an existing resource group for everything.
   * @default a new one
   */
  resourceGroupName?: pulumi.Input<string>;
  /**
   * Azure region.
   * @default the `azure-native:location` of the stack's configuration
   */
  location?: pulumi.Input<string>;
  /**
   * Tags of every resource that takes tags: at most 49, or 15 where there are new private DNS zones or secrets in a vault.
   * Names of 1 to 128 characters without `< > % & \ ? /` that don't begin with microsoft, azure or windows, values of at
   * most 256.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
