import { sameId } from "../arm-id";
import { exists, missingReference } from "../references";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";
import type { ResourceStore } from "../resource-store";
import { AZURE_MONITOR_WORKSPACE, ingestionOf } from "./azure-monitor-workspace";

interface AssociationInputs {
  associationName?: string;
  dataCollectionRuleId?: string;
  dataCollectionEndpointId?: string;
}

/** The one name that Azure takes for an endpoint. */
const ENDPOINT_NAME = "configurationAccessEndpoint";

/** Which rule says what is collected of a resource. The declaration alone: nothing here collects. */
export const dataCollectionRuleAssociation = defineType<AssociationInputs>({
  token: "azure-native:monitor:DataCollectionRuleAssociation",
  armType: "Microsoft.Insights/dataCollectionRuleAssociations",
  path: "/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  rules: [
    single<AssociationInputs>(
      ["dataCollectionRuleId", "dataCollectionEndpointId"],
      "dataCollectionRuleId",
      "InvalidPayload",
      ({ dataCollectionRuleId, dataCollectionEndpointId }) =>
        (dataCollectionRuleId === undefined) === (dataCollectionEndpointId === undefined) &&
        "An association has either a data collection rule or a data collection endpoint.",
    ),
    single<AssociationInputs>(
      ["associationName", "dataCollectionEndpointId"],
      "associationName",
      "InvalidPayload",
      ({ associationName, dataCollectionEndpointId }) =>
        dataCollectionEndpointId !== undefined &&
        associationName !== ENDPOINT_NAME &&
        `The association with a data collection endpoint is called ${ENDPOINT_NAME}, not ${associationName}.`,
    ),
  ],
  refusePlacement({ id, inputs, store }) {
    const { dataCollectionRuleId, dataCollectionEndpointId } = inputs as AssociationInputs;
    const wanted = [dataCollectionRuleId, dataCollectionEndpointId];
    return missingReference(
      store,
      id,
      wanted.filter((one) => one !== undefined && !isWorkspaces(store, one)),
    );
  },
});

/** Azure itself has made it for a workspace. */
function isWorkspaces(store: ResourceStore, id: string): boolean {
  return (
    !exists(store, id) &&
    store
      .list(AZURE_MONITOR_WORKSPACE)
      .some((workspace) => Object.values(ingestionOf(workspace)).some((one) => sameId(one, id)))
  );
}
