import type * as authorization from "@pulumi/azure-native/authorization";
import type * as pulumi from "@pulumi/pulumi";
import { createRoleAssignment } from "../common/role-assignment";

/** Azure's built-in role by which an identity reads the values of secrets, and nothing else: it can't even list them. */
const KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

/** Lets an identity read the secrets of a vault, or one of them. */
export function createSecretsUserRole(
  name: string,
  scope: pulumi.Input<string>,
  principalId: pulumi.Input<string>,
  principalType: string,
  parent: pulumi.Resource,
): authorization.RoleAssignment {
  return createRoleAssignment(name, { scope, principalId, principalType, role: KEY_VAULT_SECRETS_USER }, parent);
}
