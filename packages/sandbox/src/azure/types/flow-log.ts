import { AzureError } from "../azure-error";
import { sameId } from "../arm-id";
import { missingReference } from "../references";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";

interface FlowLogInputs {
  targetResourceId: string;
  storageId: string;
  location?: string;
  retentionPolicy?: { days?: number; enabled?: boolean };
  format?: { type?: string; version?: number };
  flowAnalyticsConfiguration?: {
    networkWatcherFlowAnalyticsConfiguration?: { trafficAnalyticsInterval?: number };
  };
}

const ANALYTICS = "flowAnalyticsConfiguration.networkWatcherFlowAnalyticsConfiguration.trafficAnalyticsInterval";

const rules = [
  single<FlowLogInputs>(["targetResourceId"], "targetResourceId", "InvalidParameter", ({ targetResourceId }) =>
    /\/networkSecurityGroups\/[^/]+$/i.test(targetResourceId)
      ? "NSG flow logs can't be created since 30 June 2025; target the virtual network instead."
      : undefined,
  ),
  single<FlowLogInputs>(["retentionPolicy.days"], "retentionPolicy.days", "InvalidParameter", ({ retentionPolicy }) => {
    const days = retentionPolicy?.days;
    return days !== undefined && (days < 0 || days > 365) && `Retention is 0 (for ever) to 365 days, not ${days}.`;
  }),
  single<FlowLogInputs>([ANALYTICS], ANALYTICS, "InvalidParameter", ({ flowAnalyticsConfiguration }) => {
    const minutes = flowAnalyticsConfiguration?.networkWatcherFlowAnalyticsConfiguration?.trafficAnalyticsInterval;
    return minutes !== undefined && ![10, 60].includes(minutes) && `The interval is 10 or 60 minutes, not ${minutes}.`;
  }),
];

/** A flow log hangs on the region's network watcher, which Azure makes by itself. */
export const flowLog = defineType<FlowLogInputs>({
  token: "azure-native:network:FlowLog",
  armType: "Microsoft.Network/networkWatchers/flowLogs",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/networkWatchers/{networkWatcherName}/flowLogs/{flowLogName}",
  autoName: "copy",
  location: "required",
  replaceOn: ["location"],
  madeByAzure:
    /\/resourceGroups\/NetworkWatcherRG\/providers\/Microsoft\.Network\/networkWatchers\/NetworkWatcher_[a-z0-9]+$/i,
  rules,
  refusePlacement({ id, inputs, store }) {
    const { targetResourceId, storageId } = inputs as unknown as FlowLogInputs;
    const other = store
      .list("azure-native:network:FlowLog")
      .find((log) => !sameId(log.id, id) && sameId(log.inputs["targetResourceId"] as string, targetResourceId));
    if (other) {
      return new AzureError(
        "InvalidParameter",
        `Target resource ${targetResourceId} already has the flow log ${other.id}; Azure keeps one for each.`,
      );
    }
    return missingReference(store, id, [targetResourceId, storageId]);
  },
});
