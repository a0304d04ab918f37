import { GROUP } from "./harness";

const place = { resourceGroupName: "shop", location: "westeurope" };

/** A cluster of Kubernetes in the small shop's network, with Windows nodes and who its pods are. */
export const VALID_AKS = {
  aks: {
    ...place,
    resourceName: "shop",
    dnsPrefix: "shop",
    identity: {
      type: "UserAssigned",
      userAssignedIdentities: [`${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders-identity`],
    },
    agentPoolProfiles: [
      {
        name: "system",
        mode: "System",
        osType: "Linux",
        vmSize: "Standard_D4ds_v5",
        count: 3,
        vnetSubnetID: `${GROUP}/providers/Microsoft.Network/virtualNetworks/orders-network/subnets/machines`,
      },
    ],
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkPolicy: "calico",
      outboundType: "userAssignedNATGateway",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.100.0.0/16",
      dnsServiceIP: "10.100.0.10",
    },
    aadProfile: { managed: true, enableAzureRBAC: true },
    disableLocalAccounts: true,
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    windowsProfile: { adminUsername: "clusteradmin", adminPassword: "Correct-horse-battery-1" },
  },
  aksPool: {
    resourceGroupName: "shop",
    resourceName: "shop",
    agentPoolName: "winabc",
    mode: "User",
    osType: "Windows",
    osSKU: "Windows2022",
    vmSize: "Standard_D4ds_v5",
    count: 3,
    maxPods: 30,
    nodeTaints: ["os=windows:NoSchedule"],
    upgradeSettings: { maxSurge: "33%", drainTimeoutInMinutes: 30 },
  },
  aksMaintenance: {
    resourceGroupName: "shop",
    resourceName: "shop",
    configName: "aksManagedAutoUpgradeSchedule",
    maintenanceWindow: {
      schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
      startTime: "02:00",
      utcOffset: "+00:00",
      durationHours: 4,
    },
  },
  monitorWorkspace: { ...place, azureMonitorWorkspaceName: "shop-metrics" },
  ruleAssociation: {
    resourceUri: `${GROUP}/providers/Microsoft.ContainerService/managedClusters/shop`,
    associationName: "shop-metrics",
    dataCollectionRuleId: `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/elsewhere`,
  },
  federation: {
    resourceGroupName: "shop",
    resourceName: "orders-identity",
    federatedIdentityCredentialResourceName: "pods",
    issuer: "https://issuer.example.com/",
    subject: "system:serviceaccount:orders:orders",
    audiences: ["api://AzureADTokenExchange"],
  },
};
