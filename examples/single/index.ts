import * as pulumi from "@pulumi/pulumi";
import { Profile, WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const orders = new WindowsHaCluster("orders", {
  profile: Profile.Single,
  service: {
    name: "orders",
    version: "1.4.2",
    artifact: file("artifact"),
    port: 8080,
    environment: { LOG_LEVEL: config.require("logLevel") },
  },
  agent: file("agent"),
});

export const url = orders.url;
export const prediction = orders.prediction;
