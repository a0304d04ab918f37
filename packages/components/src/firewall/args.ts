import type { PlacementArgs } from "../common/placement";
import type { TransportProtocol } from "../common/protocol";

/** Lets one port in, from named sources (S0-34: port and source, both). */
export interface FirewallRuleArgs {
  /** The rule's name in Azure: 1 to 80 letters, digits, dots, underscores, hyphens; its priority comes from it. */
  name: string;
  /** Destination port on the machines, 1 to 65535. */
  port: number;
  /** @default "Tcp" */
  protocol?: TransportProtocol;
  /**
   * Who may connect: IPv4 addresses and ranges, and service tags such as `VirtualNetwork` or `Internet`. Where both are
   * given, or several tags, Azure gets one more rule per tag, named `<name>-<tag>`. Administration ports (22, 3389,
   * 5985, 5986) take addresses and ranges of /24 or longer only, no tags.
   */
  sources: string[];
}

/** Arguments of {@link Firewall}. */
export interface FirewallArgs extends PlacementArgs {
  /** The port that the load balancer's health probe asks; admitted before everything else. */
  probePort: number;
  /** What may come in. Everything else is refused (S0-31). */
  rules: FirewallRuleArgs[];
  /**
   * Days between two reviews of the rules, 1 to 365; the security group carries it as the tag
   * `firewall-review-every-days`.
   * @default 30 (S0-33)
   */
  reviewEveryDays?: number;
}
