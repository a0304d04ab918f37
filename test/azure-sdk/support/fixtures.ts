import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ArtifactStore,
  ConsulServers,
  Firewall,
  LoadBalancer,
  Network,
  SecretStore,
  WindowsHaAksCluster,
  WindowsHaCluster,
  type WindowsHaClusterArgs,
} from "windows-ha";
import { windowsProgram } from "../../support/windows-program";
import { clusterArgs, CONSUL_PROGRAM, PLACE, TAGS } from "../../unit/components/support";

const GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/orders/providers";
const VIRTUAL_NETWORK_ID = `${GROUP}/Microsoft.Network/virtualNetworks/orders`;
const SUBNET_ID = `${VIRTUAL_NETWORK_ID}/subnets/machines`;
const SECURITY_GROUP_ID = `${GROUP}/Microsoft.Network/networkSecurityGroups/orders`;
const LOG_ACCOUNT_ID = `${GROUP}/Microsoft.Storage/storageAccounts/logs`;
const PRINCIPAL_ID = "11111111-2222-3333-4444-555555555555";
const CLIENT_ID = "66666666-7777-8888-9999-000000000000";

const cluster = (changes: Partial<WindowsHaClusterArgs>) => (): unknown =>
  new WindowsHaCluster("orders", clusterArgs(changes));

const SERVICE = { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 };

/** Programs by what they show: each makes the components emit something that the others don't. */
export const FIXTURES: Readonly<Record<string, () => unknown>> = {
  "a cluster with defaults": cluster({ tags: TAGS }),
  "a cluster on AKS": () =>
    new WindowsHaAksCluster("orders", {
      service: SERVICE,
      tags: TAGS,
      cluster: { apiServer: { allowFrom: ["198.51.100.7"] } },
    }),
  "a cluster on AKS with every setting": () =>
    new WindowsHaAksCluster("orders", {
      service: { ...SERVICE, secrets: { DATABASE_PASSWORD: { value: "canary-4711" } } },
      cluster: {
        kubernetesVersion: "1.35",
        upgradeChannel: "node-image",
        systemPool: { count: 3, maximum: 9, size: "Standard_D8s_v5" },
        apiServer: { private: true },
        administrators: { groupObjectIds: [PRINCIPAL_ID] },
        registries: [{ name: "orders", id: `${GROUP}/Microsoft.ContainerRegistry/registries/orders` }],
        prometheus: { dataCollectionRuleId: `${GROUP}/Microsoft.Insights/dataCollectionRules/metrics` },
        hybridBenefit: true,
      },
      windowsPool: {
        osSku: "Windows2025",
        autoscale: { maximum: 9 },
        labels: { tier: "front" },
        upgrade: { maxSurge: "1", soakMinutes: 5 },
      },
      workload: { loadBalancer: { public: true, allowFrom: ["203.0.113.0/24"] } },
    }),
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
  "servers of Consul with every setting, and by themselves": () =>
    new ConsulServers("shop", {
      ...PLACE,
      program: CONSUL_PROGRAM,
      agent: { url: "https://files.example.com/windows-ha-agent", sha256: "a".repeat(64) },
      subnetId: SUBNET_ID,
      subnetRange: "10.20.4.0/27",
      clientRanges: ["10.20.0.0/22", "VirtualNetwork"],
      applicationSecurityGroupIds: [`${GROUP}/Microsoft.Network/applicationSecurityGroups/servers`],
      count: 5,
      osDiskType: "StandardSSD_ZRS",
      dataDiskType: "Premium_ZRS",
      secretStore: { private: { subnetId: SUBNET_ID, virtualNetworkId: VIRTUAL_NETWORK_ID } },
      uploadFrom: ["198.51.100.7"],
      queries: [{ service: "orders", failover: [{ datacenter: "west" }, { peer: "east" }] }],
      values: { "service/orders/log.level": "info" },
      clients: { principalId: PRINCIPAL_ID, machinePrefixes: ["orders", "jobs"], services: ["orders", "jobs"] },
    }),
  "a cluster that joins a datacenter": cluster({
    consul: {
      program: CONSUL_PROGRAM,
      existing: {
        retryJoin: ["10.9.0.4"],
        caCertificate: "-----BEGIN CERTIFICATE-----",
        agentToken: PRINCIPAL_ID,
        serviceToken: CLIENT_ID,
      },
      gossipKey: Buffer.alloc(32, 7).toString("base64"),
    },
  }),
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
