import { AzureError } from "../azure-error";
import { sameId } from "../arm-id";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";
import { ZERO_UUID } from "../subscription";
import type { StoredResource } from "../resource-store";

export interface RoleAssignmentInputs {
  roleAssignmentName: string;
  scope: string;
  principalId: string;
  principalType?: string;
  roleDefinitionId: string;
}

/** Whoever deploys, as `getClientConfig` says. */
const DEPLOYER = ZERO_UUID;

/** An identity by itself, or the one that AKS makes for a cluster's nodes. */
function principalsOf(outputs: Record<string, unknown>): unknown[] {
  const { kubeletidentity } = (outputs["identityProfile"] ?? {}) as { kubeletidentity?: { objectId?: string } };
  return [outputs["principalId"], kubeletidentity?.objectId];
}

/** What Azure calls an identity. */
const IDENTITY = "ServicePrincipal";
const TOKEN = "azure-native:authorization:RoleAssignment";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ROLE_DEFINITION =
  /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const roleAssignment = defineType<RoleAssignmentInputs>({
  token: TOKEN,
  armType: "Microsoft.Authorization/roleAssignments",
  path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  autoName: "uuid",
  location: "none",
  replaceOn: ["condition", "conditionVersion", "principalId", "principalType", "roleDefinitionId"],
  rules: [
    single<RoleAssignmentInputs>(
      ["roleAssignmentName"],
      "roleAssignmentName",
      "InvalidRoleAssignmentId",
      ({ roleAssignmentName }) =>
        !UUID.test(roleAssignmentName) &&
        `The role assignment ID '${roleAssignmentName}' is not valid. The role assignment ID must be a GUID.`,
    ),
    single<RoleAssignmentInputs>(
      ["principalId"],
      "principalId",
      "InvalidPrincipalId",
      ({ principalId }) =>
        !UUID.test(principalId) &&
        `A principal ID of '${principalId}' is not valid. Principal ID must be a GUID: an identity's principalId, not its resource id or clientId.`,
    ),
    single<RoleAssignmentInputs>(
      ["roleDefinitionId"],
      "roleDefinitionId",
      "InvalidRoleDefinitionId",
      ({ roleDefinitionId }) =>
        !ROLE_DEFINITION.test(roleDefinitionId) && `The role definition ID '${roleDefinitionId}' is not valid.`,
    ),
  ],
  refusePlacement({ id, inputs, store }) {
    const wanted = inputs as unknown as RoleAssignmentInputs;
    const others = store.list(TOKEN).filter((other) => !sameId(other.id, id));
    if (others.some((other) => isSameGrant(other, wanted))) {
      return new AzureError("RoleAssignmentExists", "The role assignment already exists.");
    }
    const identities = store.list().flatMap(({ outputs }) => principalsOf(outputs));
    const { principalId, principalType = IDENTITY } = wanted;
    if (principalType !== IDENTITY && identities.includes(principalId)) {
      return new AzureError(
        "UnmatchedPrincipalType",
        `The PrincipalId '${principalId}' has type '${IDENTITY}', which is different from specified PrincipalType '${principalType}'.`,
      );
    }
    const principals = [DEPLOYER, ...identities];
    return principals.includes(wanted.principalId)
      ? undefined
      : new AzureError(
          "PrincipalNotFound",
          `Principal ${wanted.principalId.replaceAll("-", "")} does not exist in the directory. Check that you have the correct principal ID.`,
        );
  },
  compute({ id, store }) {
    const { createdOn = new Date().toISOString() } = (store.get(id)?.outputs ?? {}) as { createdOn?: string };
    return { createdOn };
  },
});

function isSameGrant({ inputs }: StoredResource, wanted: RoleAssignmentInputs): boolean {
  const { scope, principalId, roleDefinitionId } = inputs as unknown as RoleAssignmentInputs;
  return (
    sameId(scope, wanted.scope) &&
    sameId(principalId, wanted.principalId) &&
    roleGuid(roleDefinitionId) === roleGuid(wanted.roleDefinitionId)
  );
}

/** The last part of a role definition's id: the same for a subscription's and the directory's form of it. */
export function roleGuid(roleDefinitionId: string): string {
  return roleDefinitionId.slice(roleDefinitionId.lastIndexOf("/") + 1).toLowerCase();
}
