import type { AzureResourceType } from "./resource-type";
import { activityLogAlert } from "./types/activity-log-alert";
import { agentPool } from "./types/agent-pool";
import { applicationSecurityGroup } from "./types/application-security-group";
import { autoscaleSetting } from "./types/autoscale-setting";
import { availabilitySet } from "./types/availability-set";
import { dataCollectionRuleAssociation } from "./types/data-collection-rule-association";
import { disk } from "./types/disk";
import { federatedIdentityCredential } from "./types/federated-identity-credential";
import { flowLog } from "./types/flow-log";
import { azureMonitorWorkspace } from "./types/azure-monitor-workspace";
import { blob } from "./types/blob";
import { blobContainer } from "./types/blob-container";
import { blobServiceProperties } from "./types/blob-service-properties";
import { keyVault } from "./types/key-vault";
import { keyVaultSecret } from "./types/key-vault-secret";
import { gallery } from "./types/gallery";
import { galleryApplication } from "./types/gallery-application";
import { galleryApplicationVersion } from "./types/gallery-application-version";
import { loadBalancer } from "./types/load-balancer";
import { maintenanceConfiguration } from "./types/maintenance-configuration";
import { managedCluster } from "./types/managed-cluster";
import { natGateway } from "./types/nat-gateway";
import { networkInterface } from "./types/network-interface";
import { networkSecurityGroup } from "./types/network-security-group";
import { privateDnsLink, privateDnsZone } from "./types/private-dns-zone";
import { privateDnsZoneGroup } from "./types/private-dns-zone-group";
import { privateEndpoint } from "./types/private-endpoint";
import { publicIpAddress } from "./types/public-ip-address";
import { resourceGroup } from "./types/resource-group";
import { roleAssignment } from "./types/role-assignment";
import { storageAccount } from "./types/storage-account";
import { subnet } from "./types/subnet";
import { userAssignedIdentity } from "./types/user-assigned-identity";
import { virtualMachine } from "./types/virtual-machine";
import { virtualMachineExtension } from "./types/virtual-machine-extension";
import { virtualMachineRunCommand } from "./types/virtual-machine-run-command";
import { virtualMachineScaleSet } from "./types/virtual-machine-scale-set";
import { virtualNetwork } from "./types/virtual-network";

const ALL = [
  blob,
  blobContainer,
  blobServiceProperties,
  activityLogAlert,
  agentPool,
  applicationSecurityGroup,
  autoscaleSetting,
  availabilitySet,
  azureMonitorWorkspace,
  dataCollectionRuleAssociation,
  disk,
  federatedIdentityCredential,
  flowLog,
  gallery,
  galleryApplication,
  galleryApplicationVersion,
  keyVault,
  keyVaultSecret,
  loadBalancer,
  maintenanceConfiguration,
  managedCluster,
  natGateway,
  networkInterface,
  networkSecurityGroup,
  privateDnsLink,
  privateDnsZone,
  privateDnsZoneGroup,
  privateEndpoint,
  publicIpAddress,
  resourceGroup,
  roleAssignment,
  storageAccount,
  subnet,
  userAssignedIdentity,
  virtualMachine,
  virtualMachineExtension,
  virtualMachineRunCommand,
  virtualMachineScaleSet,
  virtualNetwork,
];

/** The types that the sandbox emulates, by Pulumi's type token. */
export const RESOURCE_TYPES: ReadonlyMap<string, AzureResourceType> = new Map(ALL.map((type) => [type.token, type]));
