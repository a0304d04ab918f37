import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";

/** How the balancer finds out that a machine is ready. */
export interface ProbeTimingArgs {
  /**
   * Seconds between two questions to one machine; at least 5, which is Azure's floor.
   * @default 5 (S0-55)
   */
  intervalSeconds?: number;
  /**
   * Answers in a row that change a machine's state, 1 to 100. A dead machine is out after interval × threshold.
   * @default 2
   */
  threshold?: number;
}

/** The question that the balancer asks each machine. */
export interface ProbeArgs extends ProbeTimingArgs {
  /** Port of the question. */
  port: number;
  /**
   * Path that answers 200 while the machine may get new connections.
   * @default "/ready"
   */
  path?: string;
}

/** A port that clients use, and where it leads. */
export interface BalancedPortArgs {
  /** Name of the rule, unique in the balancer. */
  name: string;
  /** Port that clients connect to, 1 to 65535. */
  frontendPort: number;
  /** Port on the machines, 1 to 65535. */
  backendPort: number;
}

/** Arguments of {@link LoadBalancer}. */
export interface LoadBalancerArgs extends PlacementArgs {
  /**
   * Whether the address can be reached from the internet. The firewall still decides who may connect.
   * @default false
   */
  public?: boolean;
  /** Subnet of the internal address; needed unless `public`. */
  subnetId?: pulumi.Input<string>;
  /** What is balanced; at least one port. */
  ports: BalancedPortArgs[];
  /** How a machine shows that it is ready. */
  probe: ProbeArgs;
  /**
   * Minutes after which an idle TCP flow is reset at both ends, 4 to 100.
   * @default 4
   */
  idleTimeoutMinutes?: number;
}
