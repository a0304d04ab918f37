import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { WindowsHaAksCluster } from "windows-ha";

interface Settings {
  /** Marked values by what they are for. They don't come from the configuration: Pulumi masks its secrets itself. */
  canaries: Record<"argument" | "environment" | "meant" | "secret" | "token", string>;
  /** What is wrong in this deployment, if anything; `shown` shows a secret on purpose. */
  mistake?: "texts" | "value" | "shown";
  logLevel?: string;
}

const config = new pulumi.Config();
const {
  canaries,
  mistake,
  logLevel = "info",
} = JSON.parse(readFileSync(config.require("settings"), "utf8")) as Settings;

const orders = new WindowsHaAksCluster("orders", {
  service: {
    name: "orders",
    version: "1.4.2",
    image: "orders.azurecr.io/orders:1.4.2",
    port: 8080,
    arguments: mistake === "texts" ? ["--key", pulumi.secret(canaries.argument)] : [],
    environment: {
      LOG_LEVEL: logLevel,
      SESSION_TOKEN: pulumi.secret(canaries.meant),
      ...(mistake === "texts" ? { MARK: pulumi.secret(canaries.environment) } : {}),
    },
    secretsInEnvironment: ["SESSION_TOKEN"],
    // A value longer than the vault takes is wrong, and must not be shown for it.
    secrets: { API_KEY: { value: mistake === "value" ? canaries.secret.repeat(2000) : canaries.secret } },
  },
  cluster: { apiServer: { allowFrom: ["203.0.113.7"] } },
  consul: {
    existing: {
      addresses: ["10.20.200.4"],
      caCertificate: "-----BEGIN CERTIFICATE-----",
      syncToken: pulumi.secret(canaries.token),
    },
    sync: { image: "mirror.azurecr.io/consul-k8s-control-plane:1.8.8" },
  },
});

export const { url, kubeconfig } = orders;
export const shown = mistake === "shown" ? canaries.secret : "nothing";
