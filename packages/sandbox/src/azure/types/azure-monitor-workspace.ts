import { armName } from "../arm-id";
import { defineType } from "../resource-type";
import { uuidOf } from "./user-assigned-identity";

export const AZURE_MONITOR_WORKSPACE = "azure-native:monitor:AzureMonitorWorkspace";

/** What Azure makes with a workspace, in a resource group of its own, so that metrics have a way to it. */
export function ingestionOf({ id, inputs }: { id: string; inputs: Readonly<Record<string, unknown>> }): {
  rule: string;
  endpoint: string;
} {
  const name = armName(id);
  const [, , subscriptionId] = id.split("/");
  const group = `/subscriptions/${subscriptionId}/resourceGroups/MA_${name}_${inputs["location"] as string}_managed`;
  const insights = `${group}/providers/Microsoft.Insights`;
  return {
    rule: `${insights}/dataCollectionRules/${name}`,
    endpoint: `${insights}/dataCollectionEndpoints/${name}`,
  };
}

/** The declaration alone: nothing here takes metrics. */
export const azureMonitorWorkspace = defineType({
  token: AZURE_MONITOR_WORKSPACE,
  armType: "Microsoft.Monitor/accounts",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location"],
  compute(placement) {
    const { rule, endpoint } = ingestionOf(placement);
    const { id } = placement;
    const location = placement.inputs["location"] as string;
    const accountId = uuidOf(id);
    return {
      accountId,
      defaultIngestionSettings: { dataCollectionRuleResourceId: rule, dataCollectionEndpointResourceId: endpoint },
      metrics: {
        internalId: `mac_${accountId}`,
        prometheusQueryEndpoint: `https://${armName(id)}.${location}.prometheus.monitor.azure.com`,
      },
    };
  },
});
