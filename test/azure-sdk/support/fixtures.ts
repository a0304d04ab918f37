import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ArtifactStore,
  Firewall,
  LoadBalancer,
  Network,
  SecretStore,
  WindowsHaCluster,
  type WindowsHaClusterArgs,
} from "windows-ha";
import { windowsProgram } from "../../support/windows-program";
import { clusterArgs, PLACE, TAGS } from "../../unit/components/support";

const GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/orders/providers";
const VIRTUAL_NETWORK_ID = `${GROUP}/Microsoft.Network/virtualNetworks/orders`;
const SUBNET_ID = `${VIRTUAL_NETWORK_ID}/subnets/machines`;
const SECURITY_GROUP_ID = `${GROUP}/Microsoft.Network/networkSecurityGroups/orders`;
const LOG_ACCOUNT_ID = `${GROUP}/Microsoft.Storage/storageAccounts/logs`;
const PRINCIPAL_ID = "11111111-2222-3333-4444-555555555555";
const CLIENT_ID = "66666666-7777-8888-9999-000000000000";

const cluster = (changes: Partial<WindowsHaClusterArgs>) => (): unknown =>
  new WindowsHaCluster("orders", clusterArgs(changes));

/** Programs by what they show: each makes the components emit something that the others don't. */
export const FIXTURES: Readonly<Record<string, () => unknown>> = {
  "a cluster with defaults": cluster({ tags: TAGS }),
  "a public cluster": cluster({
    loadBalancer: { public: true, allowFrom: ["203.0.113.0/24", "198.51.100.7"], port: 80 },
  }),
  "a cluster in an existing resource group": cluster({ resourceGroupName: "shared", location: "northeurope" }),
  "a cluster in an existing network": cluster({
    network: { existing: { machinesSubnetId: SUBNET_ID, virtualNetworkId: VIRTUAL_NETWORK_ID } },
  }),
  "a cluster of 100 machines": cluster({ machines: { count: 100 } }),
  "a cluster that scales by load and by schedule": cluster({
    machines: {
      count: 3,
      autoscale: {
        minimum: 3,
        maximum: 9,
        timeZone: "W. Europe Standard Time",
        schedules: [{ name: "day", days: ["Monday", "Friday"], from: "08:00", until: "18:00", minimum: 6, maximum: 9 }],
      },
    },
  }),
  "a cluster whose machines are replaced by upgrades, and whose repairs are watched": cluster({
    machines: {
      minimumActive: 3,
      upgrade: { maxSurge: true },
      terminateNotification: { minutes: 15 },
      repairs: { actionGroupIds: [`${GROUP}/Microsoft.Insights/actionGroups/on-call`] },
    },
  }),
  "a cluster with every setting of its machines": cluster({
    machines: {
      minimumActive: 2,
      zoneRebalance: false,
      osDiskType: "Premium_ZRS",
      osDiskSizeGb: 256,
      patching: "Manual",
      bootDiagnostics: false,
      hybridBenefit: true,
      acceleratedNetworking: false,
      upgrade: { pauseSeconds: 120 },
      repairs: { enabled: false },
    },
  }),
  "a cluster of single machines": cluster({ compute: "machines" }),
  "a cluster of single machines in an availability set": cluster({
    compute: "machines",
    machines: { availability: "availabilitySet" },
  }),
  "single machines with data disks": cluster({
    compute: "machines",
    machines: {
      dataDisks: [
        { lun: 0, sizeGb: 128 },
        { lun: 5, sizeGb: 8192, type: "StandardSSD_ZRS", caching: "None", protect: false },
      ],
    },
  }),
  "a scale set with data disks, under an identity of somebody else's": cluster({
    machines: {
      dataDisks: [{ lun: 1, sizeGb: 64, caching: "ReadWrite" }],
      identity: {
        id: `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/orders`,
        principalId: PRINCIPAL_ID,
        clientId: CLIENT_ID,
      },
    },
  }),
  "a cluster that goes out by its balancer, with a rule for all ports inside": cluster({
    loadBalancer: {
      public: true,
      internal: true,
      haPorts: true,
      allowFrom: ["Internet", "VirtualNetwork"],
      outbound: { addresses: 2, connectionsPerMachine: 20_000 },
    },
  }),
  "a network with flow logs": () =>
    new Network("net", {
      ...PLACE,
      addressSpace: "10.30.0.0/16",
      machinesSubnet: "10.30.1.0/24",
      networkSecurityGroupId: SECURITY_GROUP_ID,
      flowLogs: { storageAccountId: LOG_ACCOUNT_ID },
    }),
  "a network with service endpoints": () =>
    new Network("net", {
      ...PLACE,
      networkSecurityGroupId: SECURITY_GROUP_ID,
      serviceEndpoints: ["Microsoft.Storage"],
    }),
  "a network with private endpoints, and flow logs in an account of its own": () =>
    new Network("net", {
      ...PLACE,
      networkSecurityGroupId: SECURITY_GROUP_ID,
      flowLogs: {},
      privateEndpoints: [
        { name: "files", targetId: LOG_ACCOUNT_ID, groupId: "file" },
        {
          name: "documents",
          targetId: `${GROUP}/Microsoft.DocumentDB/databaseAccounts/orders`,
          groupId: "Sql",
          privateDnsZoneName: "privatelink.documents.azure.com",
        },
      ],
    }),
  "a firewall of its own": () =>
    new Firewall("wall", {
      ...PLACE,
      probePort: 8080,
      rules: [
        { name: "allow-clients", port: 8080, sources: ["10.0.0.0/8", "192.0.2.7"] },
        { name: "allow-names", port: 53, protocol: "Udp", sources: ["VirtualNetwork"] },
      ],
    }),
  "a load balancer for several ports, inside and outside": () =>
    new LoadBalancer("balancer", {
      ...PLACE,
      subnetId: SUBNET_ID,
      public: true,
      internal: true,
      sessionAffinity: "clientIp",
      ports: [
        { name: "api", frontendPort: 443, backendPort: 8443 },
        { name: "names", frontendPort: 53, backendPort: 53, protocol: "Udp" },
      ],
      probe: { port: 8080, path: "/ready" },
    }),
  "a load balancer for every port": () =>
    new LoadBalancer("balancer", { ...PLACE, subnetId: SUBNET_ID, haPorts: true, probe: { port: 8080 } }),
  "a secret store with named networks": () =>
    new SecretStore("secrets", {
      ...PLACE,
      tenantId: CLIENT_ID,
      secrets: { "database-password": "not a real one" },
      readers: [{ name: "machines", principalId: PRINCIPAL_ID }],
      allowFrom: ["198.51.100.7", "203.0.113.0/24"],
    }),
  "a private secret store": () =>
    new SecretStore("secrets", {
      ...PLACE,
      tenantId: CLIENT_ID,
      secrets: { "database-password": "not a real one" },
      private: { subnetId: SUBNET_ID, virtualNetworkId: VIRTUAL_NETWORK_ID },
    }),
  "a cluster whose service is a VM Application": () => withProgramFile((path) => packagedCluster(path, {})()),
  "single machines whose service is a VM Application": () =>
    withProgramFile((path) => packagedCluster(path, { compute: "machines" })()),
  "an artifact store": () => withProgramFile((path) => new ArtifactStore("artifacts", storeArgs(path))),
  "an artifact store behind a firewall": () =>
    withProgramFile(
      (path) =>
        new ArtifactStore("artifacts", {
          ...storeArgs(path),
          uploadFrom: ["198.51.100.7", "203.0.113.0/24"],
          fromSubnetIds: [SUBNET_ID],
        }),
    ),
  "an artifact store with a private endpoint": () =>
    withProgramFile(
      (path) =>
        new ArtifactStore("artifacts", {
          ...storeArgs(path),
          uploadFrom: ["198.51.100.7"],
          private: { subnetId: SUBNET_ID, virtualNetworkId: VIRTUAL_NETWORK_ID },
        }),
    ),
};

const packagedCluster = (path: string, changes: Partial<WindowsHaClusterArgs>): (() => unknown) =>
  cluster({
    service: { ...clusterArgs().service, artifact: { path } },
    agent: { path },
    install: { transport: "vmApplication" },
    ...changes,
  });

const storeArgs = (path: string): ConstructorParameters<typeof ArtifactStore>[1] => ({
  ...PLACE,
  artifacts: [{ name: "orders", version: "1.4.2", path }],
  reader: { principalId: PRINCIPAL_ID, clientId: CLIENT_ID },
});

/** The store reads the file at once. */
function withProgramFile(use: (path: string) => unknown): void {
  const folder = mkdtempSync(join(tmpdir(), "wha-program-"));
  try {
    writeFileSync(join(folder, "orders.exe"), windowsProgram());
    use(join(folder, "orders.exe"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
