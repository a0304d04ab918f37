import * as pulumi from "@pulumi/pulumi";
import { Compute, WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();

const orders = new WindowsHaCluster("orders", {
  compute: config.get("compute") === "machines" ? Compute.Machines : Compute.ScaleSet,
  service: {
    name: "orders",
    version: config.require("release"),
    artifact: { path: config.require("program") },
    port: 8080,
    environment: { ORDERS_FAULT: config.get("fault") ?? "" },
    installGate: { intervalSeconds: 1, consecutiveSuccesses: 2, deadlineSeconds: config.requireNumber("deadline") },
    stop: { drainSeconds: config.requireNumber("drain"), stopSeconds: 5 },
  },
  machines: { count: config.requireNumber("count") },
});

export const url = orders.url;
