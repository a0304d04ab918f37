import type { PlacementArgs } from "../common/placement";

/** Transport protocols of a firewall rule. */
export const FirewallProtocol = { Tcp: "Tcp", Udp: "Udp" } as const;
/** Transport protocol of a firewall rule. */
export type FirewallProtocol = (typeof FirewallProtocol)[keyof typeof FirewallProtocol];

/** Lets one port in, from named sources (S0-34: port and source, both). */
export interface FirewallRuleArgs {
  /** The rule's name in Azure: 1 to 80 letters, digits, dots, underscores, hyphens; its priority comes from it. */
  name: string;
  /** Destination port on the machines, 1 to 65535. */
  port: number;
  /** @default "Tcp" */
  protocol?: FirewallProtocol;
  /**
   * Who may connect: any number of IPv4 addresses and ranges, or one service tag alone such as `VirtualNetwork` or
   * `Internet`. Administration ports (22, 3389, 5985, 5986) take no `Internet`.
   */
  sources: string[];
}

/** Arguments of {@link Firewall}. */
export interface FirewallArgs extends PlacementArgs {
  /** The port that the load balancer's health probe asks; admitted before everything else. */
  probePort: number;
  /** What may come in. Everything else is refused (S0-31). */
  rules: FirewallRuleArgs[];
}
