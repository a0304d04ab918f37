import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

interface Settings {
  release: { version: string; artifact: { url: string; sha256: string }; agent: { url: string; sha256: string } };
  /** In clear on purpose: the component has to make secrets of them. */
  password: string;
  /** Certificate and key, one PEM text. */
  certificate: string;
}

const config = new pulumi.Config();
const { release, password, certificate } = JSON.parse(readFileSync(config.require("settings"), "utf8")) as Settings;

const orders = new WindowsHaCluster("orders", {
  service: {
    name: "orders",
    version: release.version,
    artifact: release.artifact,
    port: 8443,
    secrets: { DATABASE_PASSWORD: { value: password } },
    tls: { certificate: { value: certificate } },
    secretRefreshSeconds: 10,
    installGate: { consecutiveSuccesses: 2, intervalSeconds: 1 },
    stop: { drainSeconds: 1, stopSeconds: 5 },
  },
  agent: release.agent,
  machines: { count: 2 },
});
export const url = orders.url;
