import { AzureError } from "../azure-error";
import { holdsId, parentId, sameId } from "../arm-id";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";

interface FederationInputs {
  issuer?: string;
  subject?: string;
  audiences?: string[];
}

const TOKEN = "azure-native:managedidentity:FederatedIdentityCredential";
/** Entra ID's limit for one identity. */
const MOST = 20;

/** Whose tokens an identity trusts: the declaration alone, nobody exchanges tokens here. */
export const federatedIdentityCredential = defineType<FederationInputs>({
  token: TOKEN,
  armType: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  rules: [
    single<FederationInputs>(
      ["issuer"],
      "issuer",
      "InvalidParameter",
      ({ issuer = "" }) => !issuer.startsWith("https://") && `The issuer is an https address, not ${issuer}.`,
    ),
    single<FederationInputs>(
      ["audiences"],
      "audiences",
      "InvalidParameter",
      ({ audiences = [] }) => audiences.length !== 1 && `One audience is taken, not ${audiences.length}.`,
    ),
  ],
  refusePlacement({ id, inputs, store }) {
    const identity = parentId(id)!;
    const others = store.list(TOKEN).filter((other) => holdsId(identity, other.id) && !sameId(other.id, id));
    if (others.length >= MOST)
      return new AzureError("TooManyFederatedIdentityCredentials", `An identity has at most ${MOST} of them.`);
    const { issuer, subject } = inputs as FederationInputs;
    const same = others.find((other) => other.inputs["issuer"] === issuer && other.inputs["subject"] === subject);
    return same && new AzureError("Conflict", `${same.id} has the same issuer and subject already.`);
  },
});
