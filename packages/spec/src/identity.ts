import type { Finding } from "./finding";
import type { Fields, ObjectField } from "./shape";

const uuid = {
  kind: "string",
  input: true,
  pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  allowed: "a UUID",
  required: true,
} as const;

const FIELDS: Fields = {
  id: {
    kind: "string",
    input: true,
    pattern:
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i,
    allowed:
      'the id of a user-assigned identity: "/subscriptions/…/resourceGroups/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/…"',
    required: true,
  },
  principalId: uuid,
};

/** An identity that exists already, for machines that are told everything else. */
export const MACHINE_IDENTITY_FIELD: ObjectField = { kind: "object", optional: true, fields: FIELDS };

/** The same for a cluster, whose machines also have to say by which identity they ask for secrets and programs. */
export const CLUSTER_IDENTITY_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  fields: { ...FIELDS, clientId: uuid },
};

/** One of the two ids written for both would be found at the first download only: roles would go to nobody. */
export function checkIdentity(
  identity: { principalId?: unknown; clientId?: unknown } | undefined,
  prefix: string,
): Finding[] {
  const { principalId, clientId } = identity ?? {};
  if (typeof principalId !== "string" || principalId !== clientId) return [];
  return [
    {
      rule: "identity-ids",
      path: `${prefix}clientId`,
      seen: "the same as principalId",
      allowed: "the identity's client id; its principal id (object id) is another one",
      fix: "Take both from: az identity show --ids <id> --query '[clientId, principalId]'",
    },
  ];
}
