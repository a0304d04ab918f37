import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";

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
  const subscription = pulumi.output(scope).apply((id) => /^\/subscriptions\/[^/]+/i.exec(id)?.[0] ?? "");
  return new authorization.RoleAssignment(
    name,
    {
      scope,
      principalId,
      // Azure looks an identity of unknown kind up, and doesn't find one that is a second old.
      principalType,
      roleDefinitionId: pulumi.interpolate`${subscription}/providers/Microsoft.Authorization/roleDefinitions/${KEY_VAULT_SECRETS_USER}`,
    },
    { parent },
  );
}
