import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";
import type { EndpointScheme, TransportProtocol } from "../common/protocol";

/** What of a flow decides which machine gets it; Azure's balancer hashes, it doesn't count or weigh (S0-45). */
export const SessionAffinity = { None: "none", ClientIp: "clientIp", ClientIpProtocol: "clientIpProtocol" } as const;
/**
 * `none`: every new connection anew, the most even · `clientIp`: all connections of one client address go to one
 * machine · `clientIpProtocol`: the same, for each protocol on its own.
 */
export type SessionAffinity = (typeof SessionAffinity)[keyof typeof SessionAffinity];

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
  /**
   * How the machine answers. Of a certificate the probe asks neither name nor issuer.
   * @default "http"
   */
  scheme?: EndpointScheme;
}

/** A port that clients use, and where it leads. */
export interface BalancedPortArgs {
  /** Name of the rule, unique in the balancer. */
  name: string;
  /** Port that clients connect to, 1 to 65535. */
  frontendPort: number;
  /** Port on the machines, 1 to 65535. */
  backendPort: number;
  /** @default "Tcp" */
  protocol?: TransportProtocol;
}

/** Machines that go out by the public address, instead of a NAT gateway. */
export interface OutboundArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Public addresses to go out by, 1 to 16: the clients' own and more. Each has 64,000 ports, which the machines divide
   * for good, less those of the balanced ports.
   * @default 1
   */
  addresses?: number;
  /**
   * Connections that each machine must be able to hold to one and the same destination (address, port and protocol), up
   * to 64,000: where they don't fit, that is found before anything is created.
   * @default nothing is checked
   */
  connectionsPerMachine?: number;
}

/** Outbound rules of a balancer that doesn't know its machines. */
export interface BalancerOutboundArgs extends OutboundArgs {
  /** Most machines that there will ever be at once: another number cuts off who is connected. 1 to 5000. */
  machines: number;
}

/** What all front ends and rules of a balancer have in common. */
export interface BalancingArgs {
  /**
   * Whether it has an address that can be reached from the internet. The firewall still decides who may connect.
   * @default false
   */
  public?: boolean;
  /**
   * Whether it has an address inside the network; may stand beside a public one.
   * @default true, unless `public`
   */
  internal?: boolean;
  /**
   * What keeps a client on one machine.
   * @default "none"
   */
  sessionAffinity?: SessionAffinity;
  /**
   * Whether both ends hear of an idle time-out by a TCP reset, instead of by silence.
   * @default true
   */
  tcpReset?: boolean;
  /**
   * Minutes after which an idle TCP flow is ended, 4 to 100.
   * @default 4
   */
  idleTimeoutMinutes?: number;
  /**
   * Balances every port and protocol of the internal address by one rule, as firewalls and other appliances need it.
   * @default false
   */
  haPorts?: boolean;
}

/** Arguments of {@link LoadBalancer}. */
export interface LoadBalancerArgs extends PlacementArgs, BalancingArgs {
  /** Subnet of the internal address; needed for one. */
  subnetId?: pulumi.Input<string>;
  /**
   * What is balanced; at least one port, unless `haPorts` says all of them.
   * @default []
   */
  ports?: BalancedPortArgs[];
  /**
   * Outbound rules of the public address. A NAT gateway on the machines' subnet goes before them, so there must be none.
   * @default none: the machines need another way out, such as a network's NAT gateway
   */
  outbound?: BalancerOutboundArgs;
  /**
   * Whether its addresses outlive a lost zone. `false` for regions without zones, which refuse such addresses; another
   * value replaces the addresses.
   * @default true
   */
  zoneRedundant?: boolean;
  /** How a machine shows that it is ready. */
  probe: ProbeArgs;
}
