export { FirewallProtocol, type FirewallArgs, type FirewallRuleArgs } from "./args";
export { Firewall } from "./firewall";
