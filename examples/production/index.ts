import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { OsDiskType, SessionAffinity, WindowsHaCluster } from "windows-ha";
import { issueCertificate } from "./certificate";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const tags = { environment: "production", owner: "orders-team" };
const group = new resources.ResourceGroup("orders", { tags });
const flowLogs = new storage.StorageAccount("flowlogs", {
  resourceGroupName: group.name,
  kind: "StorageV2",
  sku: { name: "Standard_ZRS" },
  minimumTlsVersion: "TLS1_2",
  enableHttpsTrafficOnly: true,
  allowBlobPublicAccess: false,
  networkRuleSet: { defaultAction: "Deny", bypass: "AzureServices" },
  tags,
});
const apiKey = new random.RandomPassword("api-key", { length: 40, special: false });
const certificate = issueCertificate(config.require("domain"));

const orders = new WindowsHaCluster("orders", {
  resourceGroupName: group.name,
  tags,
  service: {
    name: "orders",
    version: "1.4.2",
    artifact: file("artifact"),
    port: 8443,
    configuration: {
      defaults: { capacity: "100000", "log/level": "info" },
      environment: config.getObject<Record<string, string>>("settings") ?? {},
    },
    secrets: { ORDERS_API_KEY: { value: apiKey.result } },
    tls: { certificate: { value: certificate.pem } },
    secretRefreshSeconds: config.requireNumber("secretRefreshSeconds"),
  },
  agent: file("agent"),
  secretStore: { private: true },
  network: { flowLogs: { storageAccountId: flowLogs.id, retentionDays: 180 } },
  firewall: {
    rules: [{ name: "administrators", port: 3389, sources: config.requireObject<string[]>("administrators") }],
  },
  loadBalancer: {
    public: true,
    port: config.requireNumber("port"),
    allowFrom: config.requireObject<string[]>("clients"),
    sessionAffinity: SessionAffinity.ClientIp,
  },
  machines: { osDiskType: OsDiskType.PremiumZrs, upgrade: { pauseSeconds: 120 } },
});

export const url = orders.url;
export const prediction = orders.prediction;
export const authority = certificate.authority;
export const key = apiKey.result;
