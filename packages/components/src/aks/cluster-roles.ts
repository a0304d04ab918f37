import type * as authorization from "@pulumi/azure-native/authorization";
import type * as containerservice from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import { onDemand } from "../common/on-demand";
import { createRoleAssignment } from "../common/role-assignment";
import type { AksClusterArgs } from "./cluster-args";

/** Azure's built-in roles. */
const ROLES = {
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  kubernetesAdministrator: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
} as const;

/** Without it the cluster could put no nodes and no balancers into the subnet. */
export function createNetworkRole(
  name: string,
  { network: { subnetId } = {} }: AksClusterArgs,
  principalId: pulumi.Input<string>,
  parent: pulumi.Resource,
): authorization.RoleAssignment[] {
  if (subnetId === undefined) return [];
  return [
    createRoleAssignment(
      `${name}-network`,
      { scope: subnetId, principalId, principalType: "ServicePrincipal", role: ROLES.networkContributor },
      parent,
    ),
  ];
}

/** The nodes' identity is made by AKS with the cluster. */
export function createPullRoles(
  name: string,
  { registries = [] }: AksClusterArgs,
  cluster: containerservice.ManagedCluster,
  parent: pulumi.Resource,
): authorization.RoleAssignment[] {
  const principalId = cluster.identityProfile.apply((profile) => profile?.["kubeletidentity"]?.objectId ?? "");
  return registries.map((registry) =>
    createRoleAssignment(
      `${name}-pulls-${registry.name}`,
      { scope: registry.id, principalId, principalType: "ServicePrincipal", role: ROLES.acrPull },
      parent,
    ),
  );
}

/** Azure decides who may use the API server; whoever makes a cluster may not, by that alone. */
export function createDeployerRole(
  name: string,
  clusterId: pulumi.Input<string>,
  parent: pulumi.Resource,
): authorization.RoleAssignment {
  const { objectId } = onDemand.authorization.getClientConfigOutput({ parent });
  return createRoleAssignment(
    `${name}-deployer`,
    { scope: clusterId, principalId: objectId, role: ROLES.kubernetesAdministrator },
    parent,
  );
}
