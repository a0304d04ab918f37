import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { GROUP, type Harness } from "./harness";
import { VALID_AKS } from "./valid-aks-inputs";

export type ShortType =
  | "group"
  | "applicationGroup"
  | "flowLog"
  | "identity"
  | "firewall"
  | "network"
  | "subnet"
  | "address"
  | "nat"
  | "balancer"
  | "scaleSet"
  | "vault"
  | "secret"
  | "zone"
  | "link"
  | "endpoint"
  | "zoneGroup"
  | "alert"
  | "aks"
  | "aksPool"
  | "aksMaintenance"
  | "monitorWorkspace"
  | "ruleAssociation"
  | "federation";

const place = { resourceGroupName: "shop", location: "westeurope" };

/** A small shop of everything, each with a fixed name, in the order in which it can be created. */
export const VALID = {
  group: { resourceGroupName: "shop", location: "westeurope" },
  identity: { ...place, resourceName: "orders-identity" },
  applicationGroup: { ...place, applicationSecurityGroupName: "orders-machines" },
  firewall: {
    ...place,
    networkSecurityGroupName: "orders-firewall",
    securityRules: [securityRule("probe", 100), securityRule("clients", 110)],
  },
  network: { ...place, virtualNetworkName: "orders-network", addressSpace: { addressPrefixes: ["10.0.0.0/16"] } },
  address: {
    ...place,
    publicIpAddressName: "orders-nat-address",
    sku: { name: "StandardV2" },
    publicIPAllocationMethod: "Static",
  },
  nat: {
    ...place,
    natGatewayName: "orders-nat",
    sku: { name: "StandardV2" },
    publicIpAddresses: [{ id: networkId("publicIPAddresses/orders-nat-address") }],
  },
  subnet: {
    resourceGroupName: "shop",
    virtualNetworkName: "orders-network",
    subnetName: "machines",
    addressPrefix: "10.0.1.0/24",
    networkSecurityGroup: { id: networkId("networkSecurityGroups/orders-firewall") },
    natGateway: { id: networkId("natGateways/orders-nat") },
  },
  balancer: {
    ...place,
    loadBalancerName: "orders-balancer",
    sku: { name: "Standard" },
    frontendIPConfigurations: [
      {
        name: "front",
        subnet: { id: networkId("virtualNetworks/orders-network/subnets/machines") },
        zones: ["1", "2"],
      },
    ],
    backendAddressPools: [{ name: "machines" }],
    probes: [{ name: "ready", protocol: "Http", port: 8080, requestPath: "/ready", intervalInSeconds: 5 }],
    loadBalancingRules: [
      {
        name: "http",
        protocol: "Tcp",
        frontendPort: 80,
        backendPort: 8080,
        frontendIPConfiguration: { id: "$self/frontendIPConfigurations/front" },
        backendAddressPool: { id: "$self/backendAddressPools/machines" },
        probe: { id: "$self/probes/ready" },
      },
    ],
  },
  scaleSet: {
    ...place,
    vmScaleSetName: "orders",
    orchestrationMode: "Flexible",
    platformFaultDomainCount: 1,
    singlePlacementGroup: false,
    zones: ["1", "2", "3"],
    sku: { name: "Standard_D2s_v5", capacity: 3 },
    identity: {
      type: "UserAssigned",
      userAssignedIdentities: [`${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders-identity`],
    },
    upgradePolicy: {
      mode: "Rolling",
      rollingUpgradePolicy: { maxBatchInstancePercent: 34, maxUnhealthyInstancePercent: 34 },
    },
    automaticRepairsPolicy: { enabled: true, gracePeriod: "PT30M" },
    virtualMachineProfile: {
      osProfile: { computerNamePrefix: "orders", adminUsername: "operator", adminPassword: "Correct-Horse-1" },
      storageProfile: { osDisk: { createOption: "FromImage", osType: "Windows" } },
      networkProfile: {
        networkApiVersion: "2020-11-01",
        networkInterfaceConfigurations: [
          {
            name: "primary",
            primary: true,
            ipConfigurations: [
              {
                name: "primary",
                subnet: { id: networkId("virtualNetworks/orders-network/subnets/machines") },
                loadBalancerBackendAddressPools: [
                  { id: networkId("loadBalancers/orders-balancer/backendAddressPools/machines") },
                ],
              },
            ],
          },
        ],
      },
      extensionProfile: {
        extensions: [
          {
            name: "install",
            publisher: "Microsoft.Compute",
            type: "CustomScriptExtension",
            settings: { fileUris: ["http://127.100.0.1/agent"] },
            protectedSettings: { commandToExecute: "agent install --token canary" },
          },
          {
            name: "health",
            publisher: "Microsoft.ManagedServices",
            type: "ApplicationHealthWindows",
            settings: { protocol: "http", port: 8080, requestPath: "/health" },
          },
        ],
      },
    },
  },
  vault: {
    ...place,
    vaultName: "orders-vault",
    properties: {
      tenantId: "00000000-0000-0000-0000-000000000000",
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 30,
      publicNetworkAccess: "Enabled",
      networkAcls: { defaultAction: "Deny", bypass: "AzureServices", ipRules: [{ value: "198.51.100.7/32" }] },
    },
  },
  secret: {
    resourceGroupName: "shop",
    vaultName: "orders-vault",
    secretName: "database-password",
    properties: { value: "canary-5b0e", contentType: "text/plain" },
  },
  zone: { resourceGroupName: "shop", location: "global", privateZoneName: "privatelink.vaultcore.azure.net" },
  link: {
    resourceGroupName: "shop",
    location: "global",
    privateZoneName: "privatelink.vaultcore.azure.net",
    virtualNetworkLinkName: "orders-network",
    virtualNetwork: { id: networkId("virtualNetworks/orders-network") },
    registrationEnabled: false,
  },
  endpoint: {
    ...place,
    privateEndpointName: "orders-endpoint",
    subnet: { id: networkId("virtualNetworks/orders-network/subnets/machines") },
    privateLinkServiceConnections: [
      {
        name: "vault",
        groupIds: ["vault"],
        privateLinkServiceId: `${GROUP}/providers/Microsoft.KeyVault/vaults/orders-vault`,
      },
    ],
  },
  zoneGroup: {
    resourceGroupName: "shop",
    privateEndpointName: "orders-endpoint",
    privateDnsZoneGroupName: "default",
    privateDnsZoneConfigs: [
      { name: "vault", privateDnsZoneId: networkId("privateDnsZones/privatelink.vaultcore.azure.net") },
    ],
  },
  alert: {
    ...place,
    location: "global",
    activityLogAlertName: "orders-repairs",
    scopes: [`${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/orders`],
    condition: {
      allOf: [
        { field: "category", equals: "Administrative" },
        {
          field: "operationName",
          equals: "Microsoft.Compute/virtualMachineScaleSets/setOrchestrationServiceState/action",
        },
      ],
    },
    actions: { actionGroups: [] },
  },
  flowLog: {
    resourceGroupName: "NetworkWatcherRG",
    networkWatcherName: "NetworkWatcher_westeurope",
    flowLogName: "orders-flow-log",
    location: "westeurope",
    targetResourceId: networkId("virtualNetworks/orders-network"),
    storageId: `${GROUP}/providers/Microsoft.Storage/storageAccounts/orders`,
    retentionPolicy: { enabled: true, days: 90 },
  },
  ...VALID_AKS,
} satisfies Record<ShortType, PropertyMap>;

export function networkId(path: string): string {
  return `${GROUP}/providers/Microsoft.Network/${path}`;
}

export function securityRule(name: string, priority: number): PropertyMap {
  return {
    name,
    priority,
    direction: "Inbound",
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefix: "AzureLoadBalancer",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "8080",
  };
}

/** Creates everything up to and including one type, and returns the ids. */
export async function createUpTo(harness: Harness, last: ShortType): Promise<Record<ShortType, string>> {
  const ids = {} as Record<ShortType, string>;
  for (const [type, inputs] of Object.entries(VALID) as [ShortType, PropertyMap][]) {
    ids[type] = (await harness.create(type, inputs)).id;
    if (type === last) break;
  }
  return ids;
}

function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copied(member as unknown)])) as T;
}

/** A deep copy with one place changed; `undefined` removes it. */
export function changed<T extends PropertyMap>(inputs: T, path: string, value: unknown): T {
  const copy = copied(inputs);
  const steps = path.replaceAll("[", ".").replaceAll("]", "").split(".");
  const last = steps.pop()!;
  let place = copy as Record<string, unknown>;
  for (const step of steps) place = (place[step] ??= {}) as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}
