import type { EffectTable } from "./effect";

const FIXED = "Azure never changes it on what exists";
const NEW_FLOWS = "new connections are judged by the new rules";

/** What connects machines and clients. Source: Azure's documentation of each resource; the sandbox refuses the same. */
export const NETWORK_EFFECTS: EffectTable = {
  "azure-native:network:LoadBalancer": [
    ["sku", "refused", FIXED],
    ["frontendIPConfigurations[].zones", "refused", FIXED],
    ["frontendIPConfigurations[].privateIPAddress", "interrupts", "clients of the former address aren't served"],
    ["frontendIPConfigurations[].privateIPAllocationMethod", "unknown", "the address may become another one"],
    ["frontendIPConfigurations[].publicIPAddress", "interrupts", "clients of the former address aren't served"],
    ["frontendIPConfigurations[].subnet", "interrupts", "clients of the former address aren't served"],
    ["probes", "inPlace", "how soon a machine is taken out"],
    ["loadBalancingRules[].frontendPort", "interrupts", "clients of the former port aren't served"],
    ["loadBalancingRules[].backendPort", "interrupts", "machines that don't answer on the new port aren't reached"],
    ["loadBalancingRules[].protocol", "interrupts", "clients of the former protocol aren't served"],
    ["loadBalancingRules[].loadDistribution", "inPlace", "where new connections go"],
    ["loadBalancingRules", "inPlace", "which ports are balanced"],
    ["backendAddressPools", "inPlace", "who is balanced"],
    ["outboundRules", "inPlace", "how machines go out"],
    ["inboundNatRules", "inPlace", "which ports lead to single machines"],
  ],
  "azure-native:network:NetworkSecurityGroup": [["securityRules", "inPlace", NEW_FLOWS]],
  "azure-native:network:SecurityRule": [["", "inPlace", NEW_FLOWS]],
  "azure-native:network:Subnet": [
    ["addressPrefix", "refused", "Azure doesn't change the range of a subnet that is in use"],
    ["networkSecurityGroup", "inPlace", NEW_FLOWS],
    ["natGateway", "interrupts", "connections outwards go another way"],
    ["routeTable", "unknown", "traffic may go another way"],
    ["serviceEndpoints", "interrupts", "open connections to these services break once"],
    ["delegations", "inPlace", "which service may use it"],
    ["defaultOutboundAccess", "unknown", "it holds for machines that start later"],
    ["privateEndpointNetworkPolicies", "inPlace", "whether its rules hold for private endpoints"],
  ],
  "azure-native:network:VirtualNetwork": [
    ["addressSpace", "inPlace", "ranges come or go; Azure refuses to take one away that is in use"],
    ["subnets", "unknown", "subnets that another resource declares may be taken away"],
    ["dhcpOptions", "unknown", "machines learn of other name servers when they restart"],
  ],
  "azure-native:network:NatGateway": [
    ["zones", "refused", FIXED],
    ["sku", "refused", FIXED],
    ["idleTimeoutInMinutes", "inPlace", "for new connections outwards"],
    ["publicIpAddresses", "interrupts", "connections outwards get another address"],
    ["publicIpPrefixes", "interrupts", "connections outwards get another address"],
  ],
  "azure-native:network:PublicIPAddress": [
    ["zones", "refused", FIXED],
    ["idleTimeoutInMinutes", "inPlace", "for new connections"],
    ["dnsSettings", "inPlace", "the name of the address"],
    ["ddosSettings", "inPlace", "how it is protected"],
  ],
  "azure-native:network:NetworkInterface": [
    ["networkSecurityGroup", "inPlace", NEW_FLOWS],
    ["ipConfigurations[].loadBalancerBackendAddressPools", "inPlace", "whether it is balanced"],
    ["ipConfigurations[].applicationSecurityGroups", "inPlace", NEW_FLOWS],
    ["ipConfigurations[].subnet", "interrupts", "the machine gets another address"],
    ["ipConfigurations[].privateIPAddress", "interrupts", "the machine gets another address"],
    ["enableAcceleratedNetworking", "refused", "Azure changes it only while the machine is off"],
  ],
  "azure-native:network:PrivateEndpoint": [
    ["privateLinkServiceConnections[].privateLinkServiceId", "refused", FIXED],
    ["privateLinkServiceConnections", "interrupts", "connections to the service break once"],
  ],
  "azure-native:network:PrivateDnsZoneGroup": [
    ["privateDnsZoneConfigs", "inPlace", "which names lead to the endpoint"],
  ],
  "azure-native:network:ApplicationSecurityGroup": [],
  "azure-native:network:FlowLog": [["", "none", "only what is recorded"]],
  "azure-native:privatedns:PrivateZone": [],
  "azure-native:privatedns:VirtualNetworkLink": [
    ["virtualNetwork", "refused", FIXED],
    ["registrationEnabled", "inPlace", "which names are known"],
    ["resolutionPolicy", "inPlace", "which names are known"],
  ],
};
