import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const orders = new WindowsHaCluster("orders", {
  service: {
    name: "orders",
    version: "1.4.2",
    artifact: file("artifact"),
    port: 8080,
    configuration: { store: "consul", defaults: { "log/level": config.get("logLevel") ?? "info" } },
  },
  agent: file("agent"),
  consul: {
    program: { version: config.require("consulVersion"), linux: file("consulLinux"), windows: file("consulWindows") },
    servers: { protect: config.getBoolean("protect") },
    snapshots: { intervalMinutes: config.getNumber("snapshotIntervalMinutes") },
    queries: [{ service: "orders" }],
  },
});

export const url = orders.url;
export const servers = orders.consulServers?.addresses;
