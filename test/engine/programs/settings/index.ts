import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Profile, WindowsHaCluster, type ServiceArgs } from "windows-ha";

interface Settings {
  release: { version: string; artifact: { url: string; sha256: string }; agent: { url: string; sha256: string } };
  service: Partial<ServiceArgs>;
}

const config = new pulumi.Config();
const { release, service } = JSON.parse(readFileSync(config.require("settings"), "utf8")) as Settings;

const orders = new WindowsHaCluster("orders", {
  profile: Profile.Single,
  service: {
    name: "orders",
    version: release.version,
    artifact: release.artifact,
    port: 8080,
    installGate: { consecutiveSuccesses: 2, intervalSeconds: 1 },
    ...service,
  },
  agent: release.agent,
});
export const url = orders.url;
