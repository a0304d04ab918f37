import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();

const orders = new WindowsHaCluster("orders", {
  service: {
    name: "orders",
    version: config.require("release"),
    artifact: { path: config.require("program") },
    port: 8080,
    environment: { ORDERS_FAULT: config.get("fault") ?? "" },
    installGate: { intervalSeconds: 1, consecutiveSuccesses: 2, deadlineSeconds: Number(config.get("deadline") ?? 20) },
    stop: { drainSeconds: 1, stopSeconds: 5 },
  },
  machines: { count: 2 },
  // What a cluster with files takes when nothing is said.
  install: { transport: config.get("transport") === "customScript" ? "customScript" : undefined },
});

export const url = orders.url;
export const version = orders.vmApplication?.versionName;
