import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();

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
  artifactStore: { uploadFrom: [config.require("uploadFrom")] },
});

export const url = orders.url;
export const accountName = orders.artifactStore?.accountName;
