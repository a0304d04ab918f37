import type { SDKS } from "./clients";

/** How Microsoft's client creates a resource of one type. */
export interface Operation {
  sdk: keyof typeof SDKS;
  /** Group of operations of the client. */
  group: string;
  method: "beginCreateOrUpdate" | "createOrUpdate" | "create" | "beginCreate" | "setServiceProperties";
  /** What stands in the URL: azure-native's inputs in the order of the method's arguments. The body comes last. */
  path: readonly string[];
  /** Whether the client takes the body among its options, instead of as an argument. */
  bodyInOptions?: boolean;
  /** The part of the URL that has one value only, which the client knows by itself. */
  fixed?: string;
}

/** azure-native's type to the operation that creates it. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "azure-native:authorization:RoleAssignment": {
    sdk: "authorization",
    group: "roleAssignments",
    method: "create",
    path: ["scope", "roleAssignmentName"],
  },
  ...done("compute", { AvailabilitySet: ["availabilitySets", "availabilitySetName"] }),
  ...begun("compute", {
    Disk: ["disks", "diskName"],
    Gallery: ["galleries", "galleryName"],
    GalleryApplication: ["galleryApplications", "galleryName", "galleryApplicationName"],
    GalleryApplicationVersion: [
      "galleryApplicationVersions",
      "galleryName",
      "galleryApplicationName",
      "galleryApplicationVersionName",
    ],
    VirtualMachine: ["virtualMachines", "vmName"],
    VirtualMachineExtension: ["virtualMachineExtensions", "vmName", "vmExtensionName"],
    VirtualMachineRunCommandByVirtualMachine: ["virtualMachineRunCommands", "vmName", "runCommandName"],
    VirtualMachineScaleSet: ["virtualMachineScaleSets", "vmScaleSetName"],
    VirtualMachineScaleSetExtension: ["virtualMachineScaleSetExtensions", "vmScaleSetName", "vmssExtensionName"],
  }),
  ...begun("containerservice", {
    AgentPool: ["agentPools", "resourceName", "agentPoolName"],
    ManagedCluster: ["managedClusters", "resourceName"],
  }),
  ...done("containerservice", {
    MaintenanceConfiguration: ["maintenanceConfigurations", "resourceName", "configName"],
  }),
  ...begun("keyvault", { Vault: ["vaults", "vaultName"] }),
  ...done("keyvault", { Secret: ["secrets", "vaultName", "secretName"] }),
  ...done(
    "msi",
    {
      FederatedIdentityCredential: [
        "federatedIdentityCredentials",
        "resourceName",
        "federatedIdentityCredentialResourceName",
      ],
      UserAssignedIdentity: ["userAssignedIdentities", "resourceName"],
    },
    "managedidentity",
  ),
  "azure-native:monitor:DataCollectionRuleAssociation": {
    sdk: "monitor",
    group: "dataCollectionRuleAssociations",
    method: "create",
    path: ["resourceUri", "associationName"],
    bodyInOptions: true,
  },
  ...done("monitor", {
    ActivityLogAlert: ["activityLogAlerts", "activityLogAlertName"],
    AutoscaleSetting: ["autoscaleSettings", "autoscaleSettingName"],
  }),
  ...begun("network", {
    ApplicationSecurityGroup: ["applicationSecurityGroups", "applicationSecurityGroupName"],
    FlowLog: ["flowLogs", "networkWatcherName", "flowLogName"],
    InboundNatRule: ["inboundNatRules", "loadBalancerName", "inboundNatRuleName"],
    LoadBalancer: ["loadBalancers", "loadBalancerName"],
    NatGateway: ["natGateways", "natGatewayName"],
    NetworkInterface: ["networkInterfaces", "networkInterfaceName"],
    NetworkSecurityGroup: ["networkSecurityGroups", "networkSecurityGroupName"],
    PrivateDnsZoneGroup: ["privateDnsZoneGroups", "privateEndpointName", "privateDnsZoneGroupName"],
    PrivateEndpoint: ["privateEndpoints", "privateEndpointName"],
    PublicIPAddress: ["publicIPAddresses", "publicIpAddressName"],
    PublicIPPrefix: ["publicIPPrefixes", "publicIpPrefixName"],
    SecurityRule: ["securityRules", "networkSecurityGroupName", "securityRuleName"],
    Subnet: ["subnets", "virtualNetworkName", "subnetName"],
    VirtualNetwork: ["virtualNetworks", "virtualNetworkName"],
    VirtualNetworkPeering: ["virtualNetworkPeerings", "virtualNetworkName", "virtualNetworkPeeringName"],
  }),
  ...begun("privatedns", {
    PrivateZone: ["privateZones", "privateZoneName"],
    VirtualNetworkLink: ["virtualNetworkLinks", "privateZoneName", "virtualNetworkLinkName"],
  }),
  "azure-native:resources:ResourceGroup": {
    sdk: "resources",
    group: "resourceGroups",
    method: "createOrUpdate",
    path: ["resourceGroupName"],
  },
  "azure-native:storage:StorageAccount": {
    sdk: "storage",
    group: "storageAccounts",
    method: "beginCreate",
    path: ["resourceGroupName", "accountName"],
  },
  "azure-native:storage:BlobContainer": {
    sdk: "storage",
    group: "blobContainers",
    method: "create",
    path: ["resourceGroupName", "accountName", "containerName"],
  },
  "azure-native:storage:BlobServiceProperties": {
    sdk: "storage",
    group: "blobServices",
    method: "setServiceProperties",
    path: ["resourceGroupName", "accountName"],
    fixed: "blobServicesName",
  },
  ...done("storage", {
    ManagementPolicy: ["managementPolicies", "accountName", "managementPolicyName"],
  }),
};

/** Types of azure-native that aren't resources of Azure Resource Manager, so that no client library creates them. */
export const NOT_ARM: Readonly<Record<string, string>> = {
  "azure-native:storage:Blob": "uploaded by azure-native through the storage service's own API",
};

type Rows = Record<string, readonly [group: string, ...path: string[]]>;

/** Resources of a group that are created by a long-running operation. */
function begun(sdk: Operation["sdk"], rows: Rows): Record<string, Operation> {
  return table(sdk, rows, "beginCreateOrUpdate", sdk);
}

/** Resources of a group that are there when the call returns. */
function done(sdk: Operation["sdk"], rows: Rows, module: string = sdk): Record<string, Operation> {
  return table(sdk, rows, "createOrUpdate", module);
}

function table(
  sdk: Operation["sdk"],
  rows: Rows,
  method: Operation["method"],
  module: string,
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(rows).map(([type, [group, ...path]]) => [
      `azure-native:${module}:${type}`,
      { sdk, group, method, path: ["resourceGroupName", ...path] },
    ]),
  );
}
