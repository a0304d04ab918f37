import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster, type ConsulProgramArgs, type ConsulQueryArgs, type ConsulSnapshotsArgs } from "windows-ha";

const config = new pulumi.Config();
const { url, sha256 } = config.requireObject<{ url: string; sha256: string }>("artifact");

const orders = new WindowsHaCluster("orders", {
  service: {
    name: "orders",
    version: "1.4.2",
    artifact: { url, sha256 },
    port: 8080,
    stop: { drainSeconds: 1 },
    configuration: { store: "consul", defaults: config.requireObject<Record<string, string>>("settings") },
  },
  agent: config.requireObject<{ url: string; sha256: string }>("agent"),
  consul: {
    program: config.requireObject<ConsulProgramArgs>("consul"),
    servers: { protect: false },
    snapshots: config.requireObject<ConsulSnapshotsArgs>("snapshots"),
    queries: config.getObject<ConsulQueryArgs[]>("queries"),
  },
});

export const ordersUrl = orders.url;
