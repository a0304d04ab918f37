import type * as pulumi from "@pulumi/pulumi";
import type { ProbeTimingArgs } from "../load-balancer/args";
import type { ServiceArgs } from "../service-install/args";

/** How long Kubernetes waits before it asks whether a process still works. */
export const ProbePreset = { Default: "default", SlowStart: "slowStart" } as const;
/** `default`: after 15 s (S3-18) · `slowStart`: after 30 s (S4-16). Both only once the start has succeeded. */
export type ProbePreset = (typeof ProbePreset)[keyof typeof ProbePreset];

/** What pods may read through Kubernetes. */
export const WorkloadRights = { None: "none", OwnConfiguration: "ownConfiguration", Reader: "reader" } as const;
/** `none`: they get no token · `ownConfiguration`: their ConfigMap · `reader`: pods and ConfigMaps of their namespace. */
export type WorkloadRights = (typeof WorkloadRights)[keyof typeof WorkloadRights];

/** The Windows that an image was built for. */
export const WindowsVersion = { Ltsc2022: "ltsc2022", Ltsc2025: "ltsc2025" } as const;
/** `ltsc2022` for nodes with Windows2022 · `ltsc2025` for nodes with Windows2025. */
export type WindowsVersion = (typeof WindowsVersion)[keyof typeof WindowsVersion];

/** How many pods there are by load. */
export interface PodAutoscaleArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * The least pods; at least `replicas`.
   * @default replicas
   */
  minimum?: number;
  /** The most pods. */
  maximum: number;
  /**
   * Percent of the requested processor time that pods use on average, 1 to 99.
   * @default 70
   */
  cpuPercent?: number;
}

/** How Kubernetes asks pods. */
export interface PodProbesArgs {
  /** @default "default" */
  preset?: ProbePreset;
}

/** How clients reach the pods. */
export interface WorkloadBalancerArgs {
  /**
   * Whether Azure balances; else the service has an address inside the cluster alone.
   * @default true
   */
  enabled?: boolean;
  /**
   * Whether the address can be reached from the internet.
   * @default false
   */
  public?: boolean;
  /**
   * Port of the clients.
   * @default the service's
   */
  port?: number;
  /**
   * Ranges that clients come from; required with `public`.
   * @default [], which is everybody in the network
   */
  allowFrom?: string[];
  probe?: ProbeTimingArgs;
}

/** What a pod gets of its node. Its memory is reserved: Windows takes none back. */
export interface PodResourcesArgs {
  /**
   * Thousandths of a processor that it is sure of.
   * @default 250
   */
  cpuRequestMillicores?: number;
  /**
   * Thousandths of a processor that it never gets more of.
   * @default 1000
   */
  cpuLimitMillicores?: number;
  /**
   * MiB, 64 at the least.
   * @default 512
   */
  memoryMegabytes?: number;
}

/** Network policy of the pods. */
export interface WorkloadPolicyArgs {
  /**
   * Whether nothing but the service's port is let in. Does nothing in a cluster without a policy engine.
   * @default true
   */
  enabled?: boolean;
}

/** How callers outside of the cluster find a service in Consul's catalogue. */
export interface WorkloadRegistrationArgs {
  /**
   * It is found as `<tag>.<name>.service.<domain>`, too: 1 to 63 letters, digits and hyphens each.
   * @default []
   */
  tags?: string[];
  /**
   * Text for callers, beside `version`, which is there anyway.
   * @default {}
   */
  meta?: Record<string, string>;
}

/** A container beside the service's. */
export interface SidecarArgs {
  /** 1 to 63 lower-case letters, digits and hyphens. */
  name: string;
  /** With a tag other than latest, or a digest. */
  image: pulumi.Input<string>;
  /**
   * As `hostProcess` of the workload: Windows has no mixed pods.
   * @default the workload's
   */
  hostProcess?: boolean;
}

/** Settings of a workload, whatever cluster it runs in. */
export interface WorkloadSettingsArgs {
  /**
   * Namespace of everything: 1 to 63 lower-case letters, digits and hyphens.
   * @default the service's name
   */
  namespace?: string;
  /**
   * Whether the namespace is created, which holds pods to Kubernetes' level "restricted".
   * @default true
   */
  createNamespace?: boolean;
  /**
   * Pods, at least 2: the successor of a lost one takes minutes, so others must already run (S3-06).
   * @default 3 (S3-07)
   */
  replicas?: number;
  /**
   * Pods that serve whatever is being emptied; fewer than `replicas`.
   * @default 2, and 1 of two replicas
   */
  minimumActive?: number;
  /**
   * Decides about the number of pods by load.
   * @default none
   */
  autoscale?: PodAutoscaleArgs;
  probes?: PodProbesArgs;
  loadBalancer?: WorkloadBalancerArgs;
  /**
   * Seconds that Kubernetes gives a pod to stop; at least drain, stop and kill together (S4-39, E51).
   * @default as many as those are, 100 as a rule
   */
  terminationGracePeriodSeconds?: number;
  /**
   * Seconds after which pods of a node that isn't ready are replaced, 0 to 3600.
   * @default 30
   */
  notReadySeconds?: number;
  resources?: PodResourcesArgs;
  /** @default "ownConfiguration" */
  rights?: WorkloadRights;
  networkPolicy?: WorkloadPolicyArgs;
  /**
   * Lets a `ConsulCatalogSync` of the namespace write it into Consul's catalogue.
   * @default none; with `consul` of a `WindowsHaAksCluster`, one without tags
   */
  registration?: WorkloadRegistrationArgs;
  /**
   * Whether the pods are processes of their node, with its rights and its network.
   * @default false
   */
  hostProcess?: boolean;
  /**
   * Containers beside the service's, at most 10.
   * @default []
   */
  sidecars?: SidecarArgs[];
}

/** Lets the pods' account have the tokens of an identity. */
export interface FederationArgs {
  /** Resource group of the identity. */
  resourceGroupName: pulumi.Input<string>;
  /** Name of the user-assigned identity. */
  identityName: pulumi.Input<string>;
  /** Who issues the pods' tokens, for example `cluster.oidcIssuerUrl`. */
  issuerUrl: pulumi.Input<string>;
}

/** Who the pods are to Azure. */
export interface WorkloadIdentityArgs {
  /** Client id of a user-assigned identity. */
  clientId: pulumi.Input<string>;
  /**
   * Tenant of the identity.
   * @default that of whoever deploys
   */
  tenantId?: pulumi.Input<string>;
  /**
   * Lets the pods' account have the identity's tokens.
   * @default it may already
   */
  federation?: FederationArgs;
}

/** Arguments of {@link WindowsWorkload}. */
export interface WindowsWorkloadArgs extends WorkloadSettingsArgs {
  /** The service, with an `image`. */
  service: ServiceArgs;
  /**
   * The Windows that the image was built for; pods run on nodes with no other one.
   * @default "ltsc2022"
   */
  windowsVersion?: WindowsVersion;
  /**
   * The cluster, for example `cluster.kubeconfig`.
   * @default the cluster of the `kubernetes` provider that the options or the stack's configuration name
   */
  kubeconfig?: pulumi.Input<string>;
  /**
   * Who the pods are to Azure; required for secrets.
   * @default nobody
   */
  identity?: WorkloadIdentityArgs;
}
