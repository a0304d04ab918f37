import type { SecurityRuleInputs } from "@windows-ha/spec";

/** An inbound rule that allows everything, but for what is given. */
export const rule = (inputs: Partial<SecurityRuleInputs>): SecurityRuleInputs => ({
  name: "rule",
  priority: 100,
  direction: "Inbound",
  access: "Allow",
  protocol: "*",
  sourceAddressPrefix: "*",
  sourcePortRange: "*",
  destinationAddressPrefix: "*",
  destinationPortRange: "*",
  ...inputs,
});
