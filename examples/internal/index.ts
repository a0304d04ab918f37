import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { OsDiskType, WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const group = new resources.ResourceGroup("orders");
const flowLogs = new storage.StorageAccount("flowlogs", {
  resourceGroupName: group.name,
  kind: "StorageV2",
  sku: { name: "Standard_LRS" },
  minimumTlsVersion: "TLS1_2",
  enableHttpsTrafficOnly: true,
  allowBlobPublicAccess: false,
  networkRuleSet: { defaultAction: "Deny", bypass: "AzureServices" },
});

const orders = new WindowsHaCluster("orders", {
  resourceGroupName: group.name,
  service: { name: "orders", version: "1.4.2", artifact: file("artifact"), port: 8080 },
  agent: file("agent"),
  network: {
    addressSpace: "10.40.0.0/16",
    machinesSubnet: "10.40.4.0/24",
    flowLogs: { storageAccountId: flowLogs.id, retentionDays: 180 },
  },
  firewall: {
    rules: [{ name: "administrators", port: 3389, sources: config.requireObject<string[]>("administrators") }],
  },
  machines: { osDiskType: OsDiskType.PremiumZrs, upgrade: { pauseSeconds: 120 } },
});

export const url = orders.url;
export const prediction = orders.prediction;
