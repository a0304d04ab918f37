import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const isPrivate = config.getBoolean("private") ?? false;

const group = config.get("sharedGroup");
/** What another team keeps, for the machines to reach inside of the network. */
const shared =
  group === undefined
    ? undefined
    : new storage.StorageAccount("shared", {
        resourceGroupName: group,
        kind: "StorageV2",
        sku: { name: "Standard_LRS" },
        publicNetworkAccess: "Disabled",
      });

const orders = new WindowsHaCluster("orders", {
  service: {
    name: "orders",
    version: config.require("release"),
    artifact: { path: config.require("program") },
    port: 8080,
    installGate: { intervalSeconds: 1, consecutiveSuccesses: 2, deadlineSeconds: 20 },
    stop: { drainSeconds: 1, stopSeconds: 5 },
  },
  machines: { count: 2 },
  // What the sandbox uploads from.
  artifactStore: { uploadFrom: [config.require("uploadFrom")], private: isPrivate },
  network: shared && {
    privateEndpoints: [{ name: "shared", targetId: shared.id, groupId: "queue" }],
    flowLogs: {},
  },
  loadBalancer: { allowFrom: [config.get("allowFrom") ?? "VirtualNetwork"] },
});

export const url = orders.url;
export const accountName = orders.artifactStore?.accountName;
export const resourceGroupName = orders.resourceGroupName;
