import * as pulumi from "@pulumi/pulumi";
import { WindowsHaAksCluster, type ServiceArgs, type WindowsHaAksClusterArgs } from "windows-ha";

type Settings = Partial<Omit<WindowsHaAksClusterArgs, "service">> & { service?: Partial<ServiceArgs> };

const { service, ...others } = new pulumi.Config().getObject<Settings>("settings") ?? {};
const orders = new WindowsHaAksCluster("orders", {
  service: { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080, ...service },
  cluster: { kubernetesVersion: "1.35", apiServer: { allowFrom: ["203.0.113.7"] } },
  ...others,
});
export const url = orders.url;
