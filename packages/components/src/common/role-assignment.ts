import type * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { onDemand } from "./on-demand";

/** Who gets which of Azure's built-in roles, and where. */
export interface Grant {
  scope: pulumi.Input<string>;
  principalId: pulumi.Input<string>;
  /** Left out, Azure looks it up, which it can't for an identity that is a second old. */
  principalType?: string;
  /** The role definition's UUID. */
  role: string;
}

export function createRoleAssignment(
  name: string,
  { scope, principalId, principalType, role }: Grant,
  parent: pulumi.Resource,
): authorization.RoleAssignment {
  // Azure answers with the subscription in front, so the id is given that way: a refresh must find no difference.
  const subscription = pulumi.output(scope).apply((id) => /^\/subscriptions\/[^/]+/i.exec(id)?.[0] ?? "");
  return new onDemand.authorization.RoleAssignment(
    name,
    {
      scope,
      principalId,
      // The SDK calls everybody without one a User, and Azure then refuses a pipeline's service principal.
      principalType: principalType ?? pulumi.output(undefined),
      roleDefinitionId: pulumi.interpolate`${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    },
    { parent },
  );
}
