export { admit, type Admission, type NetworkInterface } from "./admission";
export { evaluate, type Flow, type Verdict } from "./evaluate";
export { clientInSubnet, INTERNET_CLIENT, machineInSubnet } from "./identities";
export { NetworkView, type SubnetView } from "./network-view";
export { inboundRules, type InboundRule, type SecurityRuleInputs } from "./security-rule";
export { PROBE_SOURCE } from "./service-tags";
