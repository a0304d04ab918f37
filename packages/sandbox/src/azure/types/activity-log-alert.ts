import { missingReference } from "../references";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";

interface Condition {
  field?: string;
  equals?: string;
  containsAny?: string[];
  anyOf?: Condition[];
}

interface ActivityLogAlertInputs {
  location?: string;
  scopes?: string[];
  condition?: { allOf?: Condition[] };
  actions?: { actionGroups?: { actionGroupId?: string }[] };
}

/** Where rules about the activity log may stand: in no region, or in one of the two that keep data in Europe. */
const LOCATIONS = ["global", "westeurope", "northeurope"];

/** The declaration alone: nothing here writes an activity log. */
export const activityLogAlert = defineType<ActivityLogAlertInputs>({
  token: "azure-native:monitor:ActivityLogAlert",
  armType: "Microsoft.Insights/activityLogAlerts",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Insights/activityLogAlerts/{activityLogAlertName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location"],
  rules: [
    single<ActivityLogAlertInputs>(
      ["location"],
      "location",
      "LocationNotAvailableForResourceType",
      ({ location = "" }) =>
        LOCATIONS.includes(location.toLowerCase().replaceAll(" ", ""))
          ? undefined
          : `The provided location '${location}' is not available for resource type 'microsoft.insights/activityLogAlerts'. List of available regions for the resource type is '${LOCATIONS.join(",")}'.`,
    ),
    single<ActivityLogAlertInputs>(["scopes"], "scopes", "BadRequest", ({ scopes = [] }) =>
      scopes.length === 0 ? "An alert rule of the activity log needs at least one scope." : undefined,
    ),
    single<ActivityLogAlertInputs>(["condition"], "condition.allOf", "BadRequest", ({ condition }) => {
      const conditions = condition?.allOf ?? [];
      const leaf = conditions.some(({ field, equals, containsAny, anyOf }) =>
        anyOf ? field !== undefined : field === undefined || (equals === undefined) === (containsAny === undefined),
      );
      if (leaf) return "A condition is a field with either equals or containsAny, or it is anyOf such conditions.";
      return conditions.some(({ field }) => field?.toLowerCase() === "category")
        ? undefined
        : "The conditions of an alert rule of the activity log must name the category.";
    }),
  ],
  refusePlacement: ({ id, inputs, store }) => {
    const { scopes = [] } = inputs as ActivityLogAlertInputs;
    // A scope may be the subscription, which nobody declares.
    return missingReference(
      store,
      id,
      scopes.filter((scope) => /\/resourceGroups\//i.test(scope)),
    );
  },
});
