import type { AzureResourceType } from "./resource-type";
import { loadBalancer } from "./types/load-balancer";
import { natGateway } from "./types/nat-gateway";
import { networkSecurityGroup } from "./types/network-security-group";
import { publicIpAddress } from "./types/public-ip-address";
import { resourceGroup } from "./types/resource-group";
import { subnet } from "./types/subnet";
import { userAssignedIdentity } from "./types/user-assigned-identity";
import { virtualMachineScaleSet } from "./types/virtual-machine-scale-set";
import { virtualNetwork } from "./types/virtual-network";

const ALL = [
  loadBalancer,
  natGateway,
  networkSecurityGroup,
  publicIpAddress,
  resourceGroup,
  subnet,
  userAssignedIdentity,
  virtualMachineScaleSet,
  virtualNetwork,
];

/** The types that the sandbox emulates, by Pulumi's type token. */
export const RESOURCE_TYPES: ReadonlyMap<string, AzureResourceType> = new Map(ALL.map((type) => [type.token, type]));
