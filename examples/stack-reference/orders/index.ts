import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });
const platform = new pulumi.StackReference(config.require("platformStack"));

const orders = new WindowsHaCluster("orders", {
  service: { name: "orders", version: "1.4.2", artifact: file("artifact"), port: 8080 },
  agent: file("agent"),
  network: {
    existing: {
      machinesSubnetId: platform.requireOutput("ordersSubnetId"),
      virtualNetworkId: platform.requireOutput("virtualNetworkId"),
    },
  },
});

export const url = orders.url;
