import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";
import type { ConsulClientArgs } from "../consul/client-args";
import type { ProbeTimingArgs } from "../load-balancer/args";
import type { ServiceArgs } from "../service-install/args";

/** Copies of a package that a gallery keeps. */
export const PackageRedundancy = {
  /** Three, over the region's zones: a new machine finds its package while a zone fails. */
  Zones: "Standard_ZRS",
  /** Three, in one data centre. */
  Local: "Standard_LRS",
} as const;
/** Copies of a package that a gallery keeps. */
export type PackageRedundancy = (typeof PackageRedundancy)[keyof typeof PackageRedundancy];

/** Arguments of {@link VmApplication}. */
export interface VmApplicationArgs extends PlacementArgs {
  /**
   * The service, its program published. Environment and arguments can't be secrets here: everybody who may read the
   * gallery can have the package. `service.secrets` can.
   */
  service: ServiceArgs;
  /** File of the `windows-ha-agent` program for windows/amd64; it goes into the package. */
  agentPath: string;
  /**
   * Name of the storage account, in the same resource group, through which packages go: one with keys and without
   * firewall, such as an `ArtifactStore`'s. They get a container of their own.
   */
  storageAccountName: pulumi.Input<string>;
  /** The balancer's probe, from which the drain time follows. */
  probe?: ProbeTimingArgs;
  /**
   * Consul's client on the machines, which registers the service.
   * @default none
   */
  consul?: ConsulClientArgs;
  /**
   * Raised, the same content is installed once more: Azure never tries a version again that failed on a machine.
   * @default 0
   */
  attempt?: number;
  /** @default "Standard_ZRS" */
  redundancy?: PackageRedundancy;
  /**
   * Ids or names of resources that take a while, which the version waits for: the publisher's role is new at the first
   * deployment, and Azure takes up to some minutes until it counts.
   * @default nothing
   */
  publishAfter?: pulumi.Input<string>[];
}
