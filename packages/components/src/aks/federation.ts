import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { onDemand } from "../common/on-demand";
import type { WorkloadIdentityArgs } from "./workload-args";

/** An account of pods, whose tokens Azure then takes for the identity's. */
export function createFederation(
  name: string,
  identity: WorkloadIdentityArgs | undefined,
  { namespace, account }: { namespace: string; account: string },
  parent: pulumi.Resource,
): pulumi.Resource[] {
  if (!identity?.federation) return [];
  const { resourceGroupName, identityName, issuerUrl } = identity.federation;
  return [
    new managedidentity.FederatedIdentityCredential(
      `${name}-federation`,
      {
        resourceGroupName,
        resourceName: identityName,
        issuer: issuerUrl,
        subject: `system:serviceaccount:${namespace}:${account}`,
        audiences: ["api://AzureADTokenExchange"],
      },
      { parent },
    ),
  ];
}

/** The tenant of an identity: that of whoever deploys, where nobody says it. */
export function tenantOf({ tenantId }: WorkloadIdentityArgs, parent: pulumi.Resource): pulumi.Input<string> {
  return tenantId ?? onDemand.authorization.getClientConfigOutput({ parent }).tenantId;
}
