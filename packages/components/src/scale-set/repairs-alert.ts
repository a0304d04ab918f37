import type * as monitor from "@pulumi/azure-native/monitor";
import type * as pulumi from "@pulumi/pulumi";
import { onDemand } from "../common/on-demand";
import { placementOf, type PlacementArgs } from "../common/placement";

/** What the activity log calls a change of the repairs' state, also the one that Azure makes by itself. */
const CHANGE = {
  category: "Administrative",
  operationName: "Microsoft.Compute/virtualMachineScaleSets/setOrchestrationServiceState/action",
  level: "Informational",
  status: "Succeeded",
};

/**
 * Tells people when Azure suspends repairs, which nothing else shows: the machines that are left serve on.
 * https://learn.microsoft.com/azure/virtual-machine-scale-sets/alert-rules-automatic-repairs-service-state
 */
export function createRepairsAlert(
  name: string,
  args: PlacementArgs,
  actionGroupIds: pulumi.Input<string>[],
  scaleSetId: pulumi.Output<string>,
  parent: pulumi.Resource,
): monitor.ActivityLogAlert {
  return new onDemand.monitor.ActivityLogAlert(
    `${name}-repairs-alert`,
    {
      ...placementOf(args),
      // Not a region: rules about the activity log belong to none.
      location: "global",
      description: "Azure suspended the automatic repairs of the scale set, or somebody resumed them.",
      scopes: [scaleSetId],
      condition: { allOf: Object.entries(CHANGE).map(([field, equals]) => ({ field, equals })) },
      actions: { actionGroups: actionGroupIds.map((actionGroupId) => ({ actionGroupId })) },
    },
    { parent },
  );
}
