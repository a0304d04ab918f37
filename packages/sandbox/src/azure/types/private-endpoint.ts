import { armName } from "../arm-id";
import { AzureError } from "../azure-error";
import { missingReference } from "../references";
import { defineType, type Reference } from "../resource-type";
import { single } from "../rule-helpers";
import { uuidOf } from "./user-assigned-identity";

interface Connection {
  name?: string;
  privateLinkServiceId?: string;
  groupIds?: string[];
}
interface PrivateEndpointInputs {
  subnet?: Reference;
  privateLinkServiceConnections?: Connection[];
  manualPrivateLinkServiceConnections?: Connection[];
}

/** The parts of a service that an endpoint can lead to, as far as the service is emulated. */
const GROUPS: readonly [service: RegExp, groups: readonly string[]][] = [
  [/\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/i, ["vault"]],
  [/\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+$/i, ["blob", "file", "queue", "table", "web", "dfs"]],
];

function connectionsOf(inputs: PrivateEndpointInputs): Connection[] {
  return [...(inputs.privateLinkServiceConnections ?? []), ...(inputs.manualPrivateLinkServiceConnections ?? [])];
}

export const privateEndpoint = defineType<PrivateEndpointInputs>({
  token: "azure-native:network:PrivateEndpoint",
  armType: "Microsoft.Network/privateEndpoints",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/privateEndpoints/{privateEndpointName}",
  autoName: "random",
  location: "inherited",
  // Azure would answer CannotChangeSubnetOnExistingPrivateEndpoint (pulumi-azure-native #3883).
  replaceOn: ["subnet", "location"],
  subResources: ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"],
  rules: [
    single<PrivateEndpointInputs>(
      ["subnet.id"],
      "subnet.id",
      "InvalidRequestFormat",
      ({ subnet }) => subnet?.id === undefined && "A private endpoint needs the id of a subnet.",
    ),
    single<PrivateEndpointInputs>(
      ["privateLinkServiceConnections[].name", "manualPrivateLinkServiceConnections[].name"],
      "privateLinkServiceConnections",
      "InvalidRequestFormat",
      (inputs) =>
        connectionsOf(inputs).length !== 1 &&
        `A private endpoint needs exactly one connection to a service, not ${connectionsOf(inputs).length}.`,
    ),
  ],
  immutables: [
    {
      path: "privateLinkServiceConnections[].privateLinkServiceId",
      code: "InvalidParameter",
      message: "A private endpoint can't be led to another service.",
    },
  ],
  refusePlacement({ id, inputs, store }) {
    const { subnet } = inputs as PrivateEndpointInputs;
    const connections = connectionsOf(inputs);
    const missing = missingReference(store, id, [
      subnet?.id,
      ...connections.map(({ privateLinkServiceId }) => privateLinkServiceId),
    ]);
    return missing ?? connections.map(refuseGroup).find((refusal) => refusal !== undefined);
  },
  compute: ({ id }, base) => ({
    customDnsConfigs: [],
    networkInterfaces: [
      { id: `${id.slice(0, id.lastIndexOf("/privateEndpoints"))}/networkInterfaces/${armName(id)}.nic.${uuidOf(id)}` },
    ],
    privateLinkServiceConnections: ((base["privateLinkServiceConnections"] ?? []) as object[]).map((connection) => ({
      ...connection,
      privateLinkServiceConnectionState: { status: "Approved", description: "", actionsRequired: "None" },
    })),
  }),
});

function refuseGroup({ privateLinkServiceId: service = "", groupIds = [] }: Connection): AzureError | undefined {
  const [, groups] = GROUPS.find(([pattern]) => pattern.test(service)) ?? [];
  const isRight = groups === undefined || (groupIds.length === 1 && groups.includes(groupIds[0]!));
  if (isRight) return undefined;
  return new AzureError(
    "CannotHaveInvalidGroupIds",
    `The group ids [${groupIds.join(", ")}] are not valid for ${service}: give one of ${groups.join(", ")}.`,
  );
}
