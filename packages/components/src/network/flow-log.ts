import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import type { FlowLogsSpec } from "@windows-ha/spec";
import type { NetworkArgs } from "./args";
import { createFlowLogAccount } from "./flow-log-account";

/** Azure's own: one watcher per region, made with the region's first virtual network. */
const WATCHER_GROUP = "NetworkWatcherRG";
const watcherOf = (virtualNetwork: network.VirtualNetwork): pulumi.Output<string> =>
  pulumi.interpolate`NetworkWatcher_${virtualNetwork.location}`;

/** Traffic analytics takes 10 or 60 minutes. */
const ANALYTICS_INTERVAL_MINUTES = 10;

export function createFlowLog(
  name: string,
  args: NetworkArgs,
  { retentionDays }: FlowLogsSpec,
  virtualNetwork: network.VirtualNetwork,
  parent: pulumi.Resource,
): network.FlowLog {
  const { tags, flowLogs } = args;
  const { storageAccountId = createFlowLogAccount(`${name}-flow-logs`, args, parent).id, workspaceId } = flowLogs!;
  return new network.FlowLog(
    `${name}-flow-log`,
    {
      resourceGroupName: WATCHER_GROUP,
      networkWatcherName: watcherOf(virtualNetwork),
      // The watcher is shared by the region, so the name has to be unique beyond this stack.
      flowLogName: pulumi.interpolate`${virtualNetwork.name}-flow-log`,
      location: virtualNetwork.location,
      tags,
      targetResourceId: virtualNetwork.id,
      storageId: storageAccountId,
      enabled: true,
      format: { type: "JSON", version: 2 },
      retentionPolicy: { enabled: true, days: retentionDays },
      ...(workspaceId === undefined
        ? {}
        : {
            flowAnalyticsConfiguration: {
              networkWatcherFlowAnalyticsConfiguration: {
                enabled: true,
                workspaceResourceId: workspaceId,
                trafficAnalyticsInterval: ANALYTICS_INTERVAL_MINUTES,
              },
            },
          }),
    },
    { parent },
  );
}
