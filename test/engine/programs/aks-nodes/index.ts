import * as monitor from "@pulumi/azure-native/monitor";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, WindowsNodePool } from "windows-ha";

const config = new pulumi.Config();
const { name: resourceGroupName } = new resources.ResourceGroup("shop");
const { defaultIngestionSettings } = new monitor.AzureMonitorWorkspace("shop-metrics", { resourceGroupName });
const cluster = new AksCluster("shop", {
  resourceGroupName,
  apiServer: { allowFrom: ["203.0.113.7"] },
  prometheus: {
    dataCollectionRuleId: defaultIngestionSettings.apply(
      ({ dataCollectionRuleResourceId }) => dataCollectionRuleResourceId,
    ),
  },
});
const pool = new WindowsNodePool("shop-windows", {
  resourceGroupName,
  clusterName: cluster.clusterName,
  size: config.get("size") ?? "Standard_D4ds_v5",
  count: config.getNumber("count") ?? 3,
});
export const { poolName } = pool;
