import { AzureError } from "../azure-error";
import { armName, sameId } from "../arm-id";
import { missingReference } from "../references";
import { defineType, type Immutable, type Placement } from "../resource-type";
import { ZERO_UUID } from "../subscription";
import { identityOutputs, missingIdentity } from "./machine-identity";
import { managedClusterRules, type ManagedClusterInputs } from "./managed-cluster-rules";
import { uuidOf } from "./user-assigned-identity";

export const MANAGED_CLUSTER = "azure-native:containerservice:ManagedCluster";
/** Domain of API servers that don't run, because Kubernetes' programs aren't on this computer. */
export const NOBODY = ".sandbox.invalid";

function unchangeable(path: string): Immutable {
  return { path, code: "PropertyChangeNotAllowed", message: `Changing property '${path}' is not allowed.` };
}

/** The second number; undefined for what Azure chose. */
function minorVersion(version: unknown): number | undefined {
  return typeof version === "string" ? Number(version.split(".")[1]) : undefined;
}

function isRefusedVersion(before: number | undefined, after: number | undefined): boolean {
  return before !== undefined && after !== undefined && (after < before || after > before + 1);
}

export const managedCluster = defineType<ManagedClusterInputs>({
  token: MANAGED_CLUSTER,
  armType: "Microsoft.ContainerService/managedClusters",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location"],
  writeOnly: [{ path: "windowsProfile.adminPassword", remembered: false }],
  rules: managedClusterRules,
  immutables: [
    {
      path: "kubernetesVersion",
      code: "OperationNotAllowed",
      message: "Kubernetes is upgraded by one minor version at a time, and never downgraded.",
      refuses: (before, after) => isRefusedVersion(minorVersion(before), minorVersion(after)),
    },
    {
      ...unchangeable("windowsProfile"),
      message: "The Windows profile can't be added to a cluster that was created without one.",
      refuses: (before, after) => before === undefined && after !== undefined,
    },
    ...[
      "dnsPrefix",
      "nodeResourceGroup",
      "apiServerAccessProfile.enablePrivateCluster",
      "windowsProfile.adminUsername",
    ].map(unchangeable),
    ...[
      "networkPlugin",
      "networkPluginMode",
      "networkPolicy",
      "podCidr",
      "serviceCidr",
      "dnsServiceIP",
      "loadBalancerSku",
    ].map((property) => unchangeable(`networkProfile.${property}`)),
    ...["vmSize", "osSKU", "availabilityZones", "maxPods", "osDiskType", "osDiskSizeGB", "vnetSubnetID"].map(
      (property) => unchangeable(`agentPoolProfiles[0].${property}`),
    ),
  ],
  refusePlacement,
  machinesOf: ({ id }) => id,
  compute: (placement) => {
    const { id, inputs } = placement;
    const { dnsPrefix, kubernetesVersion = "1.35", oidcIssuerProfile } = inputs as ManagedClusterInputs;
    const nodeResourceGroup = nodeGroupOf(placement);
    const region = inputs["location"] as string;
    const kubelet = `${id.split("/").slice(0, 3).join("/")}/resourceGroups/${nodeResourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${armName(id)}-agentpool`;
    return {
      ...identityOutputs(placement),
      currentKubernetesVersion: kubernetesVersion,
      fqdn: `${dnsPrefix}-${uuidOf(id).slice(0, 8)}.hcp.${region}.azmk8s.io`,
      nodeResourceGroup,
      oidcIssuerProfile: {
        ...oidcIssuerProfile,
        ...(oidcIssuerProfile?.enabled
          ? { issuerURL: `https://${region}.oic.prod-aks.azure.com/${ZERO_UUID}/${uuidOf(`issuer:${id}`)}/` }
          : {}),
      },
      identityProfile: {
        kubeletidentity: {
          resourceId: kubelet,
          objectId: uuidOf(`principal:${kubelet}`),
          clientId: uuidOf(`client:${kubelet}`),
        },
      },
    };
  },
});

function refusePlacement(placement: Placement): AzureError | undefined {
  const { id, inputs, store } = placement;
  const { agentPoolProfiles = [], networkProfile } = inputs as ManagedClusterInputs;
  const subnets = agentPoolProfiles.flatMap(({ vnetSubnetID }) => vnetSubnetID ?? []);
  return (
    longNodeGroup(placement) ??
    missingIdentity(placement) ??
    missingReference(store, id, subnets) ??
    missingGateway(placement, subnets, networkProfile?.outboundType) ??
    missingNetworkRole(placement, subnets)
  );
}

/** The resource group that AKS makes for the nodes, unless it is told another name. */
function nodeGroupOf({ id, inputs }: Placement): string {
  const { nodeResourceGroup, location } = inputs as { nodeResourceGroup?: string; location?: string };
  return nodeResourceGroup ?? `MC_${id.split("/")[4]}_${armName(id)}_${location}`;
}

const MOST_OF_NODE_GROUP = 80;

function longNodeGroup(placement: Placement): AzureError | undefined {
  const name = nodeGroupOf(placement);
  if (name.length <= MOST_OF_NODE_GROUP) return undefined;
  return new AzureError(
    "InvalidParameter",
    `The length of the node resource group name ${name} is too long. The maximum length is ${MOST_OF_NODE_GROUP}.`,
  );
}

function missingGateway(
  { store }: Placement,
  subnets: readonly string[],
  outboundType?: string,
): AzureError | undefined {
  if (outboundType === "managedNATGateway" && subnets.length > 0) {
    return new AzureError(
      "InvalidParameter",
      "outboundType managedNATGateway takes no subnet of yours; use userAssignedNATGateway.",
    );
  }
  if (outboundType !== "userAssignedNATGateway") return undefined;
  const without = subnets.find((subnet) => store.get(subnet)?.inputs["natGateway"] === undefined);
  if (subnets.length > 0 && without === undefined) return undefined;
  return new AzureError(
    "NatGatewayNotAssociatedWithSubnet",
    `outboundType userAssignedNATGateway needs a subnet with a NAT gateway${without === undefined ? "" : `; ${without} has none`}.`,
  );
}

const NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7";

/** AKS joins nodes to a subnet by the cluster's identity, which needs the right to. */
function missingNetworkRole({ inputs, store }: Placement, subnets: readonly string[]): AzureError | undefined {
  const [identity] = (inputs as ManagedClusterInputs).identity?.userAssignedIdentities ?? [];
  if (identity === undefined) return undefined;
  const { principalId } = store.get(identity)!.outputs as { principalId: string };
  const roles = store
    .list("azure-native:authorization:RoleAssignment")
    .filter(({ inputs: role }) => role["principalId"] === principalId);
  const subnet = subnets.find(
    (wanted) =>
      !roles.some(
        ({ inputs: role }) =>
          sameId(String(role["scope"]), wanted) && String(role["roleDefinitionId"]).endsWith(NETWORK_CONTRIBUTOR),
      ),
  );
  if (subnet === undefined) return undefined;
  return new AzureError(
    "LinkedAuthorizationFailed",
    `The identity ${identity} does not have permission to perform action 'Microsoft.Network/virtualNetworks/subnets/join/action' on ${subnet}.`,
  );
}
