import * as pulumi from "@pulumi/pulumi";
import { Compute, WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const orders = new WindowsHaCluster("orders", {
  compute: Compute.Machines,
  machines: {
    count: 2,
    zones: ["1", "2"],
    // Not protected, so that `pulumi destroy` takes the example down again; leave `protect` out for data of yours.
    dataDisks: [{ lun: 0, sizeGb: 64, protect: false }],
  },
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
export const machineIds = orders.machines.machineIds;
