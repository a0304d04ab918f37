import type * as containerservice from "@pulumi/azure-native/containerservice";
import type { containerservice as inputs } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS, dnsPrefix, dnsServiceIp, hasLocalDisk, outboundTypeOf, type AksClusterSpec } from "@windows-ha/spec";
import { placementOf } from "../common/placement";
import type { AksClusterArgs } from "./cluster-args";

/** Lets nobody in but the cluster's own way out (azure-aks-docs, api-server-authorized-ip-ranges.md). */
const OWN_OUTBOUND_ONLY = "0.0.0.0/32";

/** Azure's own default for a name that stays on its machines; nobody signs in by it. */
const ADMIN_USERNAME = "clusteradmin";

export interface ClusterCredentials {
  /** The identity by which the cluster works. */
  identityId: pulumi.Input<string>;
  windowsPassword: pulumi.Input<string>;
}

/** The cluster as Azure Resource Manager takes it. */
export function clusterBody(
  name: string,
  args: AksClusterArgs,
  spec: AksClusterSpec,
  { identityId, windowsPassword }: ClusterCredentials,
): containerservice.ManagedClusterArgs {
  const { kubernetesVersion, upgradeChannel, nodeImageChannel, administrators, hybridBenefit } = spec;
  return {
    ...placementOf(args),
    sku: { name: "Base", tier: "Standard" },
    dnsPrefix: dnsPrefix(name),
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
    agentPoolProfiles: [systemPool(args, spec)],
    networkProfile: network(args, spec),
    apiServerAccessProfile: apiServer(args, spec),
    enableRBAC: true,
    disableLocalAccounts: true,
    aadProfile: {
      managed: true,
      enableAzureRBAC: true,
      ...(administrators.groupObjectIds.length > 0
        ? { adminGroupObjectIDs: args.administrators!.groupObjectIds! }
        : {}),
    },
    // Windows nodes take it from here, and it can't be added later (Azure/AKS#4489).
    windowsProfile: {
      adminUsername: ADMIN_USERNAME,
      adminPassword: windowsPassword,
      licenseType: hybridBenefit ? "Windows_Server" : "None",
      enableCSIProxy: true,
    },
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    autoUpgradeProfile: { upgradeChannel, nodeOSUpgradeChannel: nodeImageChannel },
    // Pools of the same kind stay equally large, and so the zones that each of them is in.
    autoScalerProfile: { balanceSimilarNodeGroups: "true", expander: "least-waste" },
    addonProfiles: {
      azureKeyvaultSecretsProvider: {
        enabled: true,
        config: { enableSecretRotation: "true", rotationPollInterval: `${spec.secretRotationSeconds}s` },
      },
    },
    ...(spec.prometheus ? { azureMonitorProfile: { metrics: { enabled: true } } } : {}),
  };
}

/** Linux nodes for Kubernetes' own pods, over all zones. */
function systemPool(
  { network: { subnetId } = {} }: AksClusterArgs,
  { systemPool: { count, maximum, size, zones } }: AksClusterSpec,
): inputs.ManagedClusterAgentPoolProfileArgs {
  return {
    name: "system",
    mode: "System",
    type: "VirtualMachineScaleSets",
    osType: "Linux",
    osSKU: "Ubuntu",
    osDiskType: hasLocalDisk(size) ? "Ephemeral" : "Managed",
    vmSize: size,
    maxPods: DEFAULTS.aks.cluster.systemPool.maxPods,
    count,
    ...(maximum === undefined ? {} : { enableAutoScaling: true, minCount: count, maxCount: maximum }),
    availabilityZones: zones,
    nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
    enableEncryptionAtHost: true,
    upgradeSettings: { maxSurge: DEFAULTS.aks.cluster.systemPool.maxSurge },
    ...(subnetId === undefined ? {} : { vnetSubnetID: subnetId }),
  };
}

function network(args: AksClusterArgs, { network: spec }: AksClusterSpec): inputs.ContainerServiceNetworkProfileArgs {
  return {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    ...(spec.networkPolicy === "none" ? {} : { networkPolicy: spec.networkPolicy }),
    loadBalancerSku: "standard",
    outboundType: outboundTypeOf(spec),
    podCidr: spec.podCidr,
    serviceCidr: spec.serviceCidr,
    dnsServiceIP: dnsServiceIp(spec),
  };
}

function apiServer(
  args: AksClusterArgs,
  { apiServer: spec }: AksClusterSpec,
): inputs.ManagedClusterAPIServerAccessProfileArgs {
  if (spec.private) {
    return { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: "system" };
  }
  const sources = (args.apiServer?.allowFrom ?? []).map((source) => pulumi.output(source).apply(asRange));
  return { authorizedIPRanges: sources.length === 0 ? [OWN_OUTBOUND_ONLY] : sources };
}

/** Azure answers with the range, so the range is given: a refresh must find no difference. */
function asRange(address: string): string {
  return address.includes("/") ? address : `${address}/32`;
}
