export type { FirewallArgs, FirewallRuleArgs } from "./args";
export { Firewall } from "./firewall";
