import { inboundRules, type InboundRule, type SecurityRuleInputs } from "@windows-ha/spec";
import type { ResourceStore } from "../azure/resource-store";

interface Reference {
  id?: string;
}

interface SubnetInputs {
  name?: string;
  addressPrefix?: string;
  addressPrefixes?: string[];
  networkSecurityGroup?: Reference;
}

interface VirtualNetworkInputs {
  addressSpace?: { addressPrefixes?: string[] };
  subnets?: SubnetInputs[];
}

/** What the firewall has to know about a subnet. */
export interface SubnetView {
  prefix: string | undefined;
  /** ARM id of the subnet's network security group. */
  networkSecurityGroup: string | undefined;
  /** Address prefixes of the virtual network around it. */
  virtualNetwork: string[];
}

/** Reads networks and firewall rules out of the emulated Azure, whichever way they were declared. */
export class NetworkView {
  constructor(private readonly store: ResourceStore) {}

  /** The declared inbound rules; a group that isn't there has only Azure's default rules. */
  inboundRules(networkSecurityGroup: string): InboundRule[] {
    const group = this.store.get(networkSecurityGroup);
    return inboundRules((group?.inputs["securityRules"] as SecurityRuleInputs[] | undefined) ?? []);
  }

  subnet(id: string | undefined): SubnetView {
    const virtualNetworkId = id?.replace(/\/subnets\/[^/]+$/i, "");
    const network = virtualNetworkId ? (this.store.get(virtualNetworkId)?.inputs as VirtualNetworkInputs) : undefined;
    const name = id?.split("/").at(-1)?.toLowerCase();
    const own = id ? (this.store.get(id)?.inputs as SubnetInputs | undefined) : undefined;
    const subnet = own ?? network?.subnets?.find((candidate) => candidate.name?.toLowerCase() === name);
    const prefix = subnet?.addressPrefix ?? subnet?.addressPrefixes?.[0];
    return {
      prefix,
      networkSecurityGroup: subnet?.networkSecurityGroup?.id,
      virtualNetwork: network?.addressSpace?.addressPrefixes ?? (prefix ? [prefix] : []),
    };
  }
}
