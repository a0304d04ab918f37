import * as pulumi from "@pulumi/pulumi";
import { WindowsHaAksCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const orders = new WindowsHaAksCluster("orders", {
  service: { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 },
  cluster: { apiServer: { allowFrom: ["203.0.113.7"] } },
  consul: {
    program: { version: config.require("consulVersion"), linux: file("consulLinux") },
    agent: file("agent"),
    servers: { protect: false },
  },
});
export const { url } = orders;
