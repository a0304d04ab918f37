import * as pulumi from "@pulumi/pulumi";
import { WindowsHaAksCluster } from "windows-ha";

const config = new pulumi.Config();

const orders = new WindowsHaAksCluster("orders", {
  service: { name: "orders", version: "1.4.2", image: config.require("image"), port: 8080 },
  cluster: { apiServer: { allowFrom: config.requireObject<string[]>("deployers") } },
});
export const url = orders.url;
export const prediction = orders.prediction;
