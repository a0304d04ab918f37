import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();

const cluster = new WindowsHaCluster("service", {
  service: {
    name: "service",
    version: "1.0.0",
    artifact: { path: "dist/service.exe" },
    port: config.requireNumber("port"),
  },
});

export const url = cluster.url;
