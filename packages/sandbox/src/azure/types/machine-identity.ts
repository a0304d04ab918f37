import { AzureError } from "../azure-error";
import type { Placement } from "../resource-type";

interface WithIdentity {
  identity?: { type?: string; userAssignedIdentities?: string[] };
}

/** The refusal for a machine whose user-assigned identity isn't there. */
export function missingIdentity({ id, inputs, store }: Placement): AzureError | undefined {
  const missing = (inputs as WithIdentity).identity?.userAssignedIdentities?.find((candidate) => !store.get(candidate));
  if (missing === undefined) return undefined;
  return new AzureError(
    "FailedIdentityOperation",
    `Identity operation for resource '${id}' failed with error 'Failed to perform resource identity operation': Resource '${missing}' was not found.`,
  );
}

/** Azure answers a map with what the identities are to Entra ID, where it was asked with a list. */
export function identityOutputs({ inputs, store }: Placement): Record<string, unknown> {
  const { identity } = inputs as WithIdentity;
  if (!identity) return {};
  const identities = (identity.userAssignedIdentities ?? []).map((identityId) => {
    const { principalId, clientId } = store.get(identityId)!.outputs as { principalId: string; clientId: string };
    return [identityId, { principalId, clientId }] as const;
  });
  return { identity: { ...identity, userAssignedIdentities: Object.fromEntries(identities) } };
}
