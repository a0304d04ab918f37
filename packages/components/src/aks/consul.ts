import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { serverAddresses, type AksConsulSpec, type AksHaClusterSpec } from "@windows-ha/spec";
import { placementOf, type PlacementArgs } from "../common/placement";
import { ConsulServers } from "../consul";
import { syncToken } from "../consul/credentials";
import type { Network } from "../network";
import { SecretStore } from "../secret-store";
import type { AksCluster } from "./aks-cluster";
import type { ConsulApiArgs } from "./catalog-sync-args";
import { ConsulCatalogSync } from "./consul-catalog-sync";
import type { WindowsHaAksClusterArgs } from "./ha-cluster-args";
import type { NodesNetwork } from "./nodes-network";
import type { WindowsWorkload } from "./windows-workload";

export interface ConsulAround {
  placement: PlacementArgs;
  nodes: NodesNetwork | undefined;
  cluster: AksCluster;
  workload: WindowsWorkload;
}

/** Servers where the cluster has its own, and what writes the service into their catalogue. */
export function createConsul(
  name: string,
  args: WindowsHaAksClusterArgs,
  spec: AksHaClusterSpec,
  around: ConsulAround,
  parent: pulumi.Resource,
): ConsulServers | undefined {
  const { consul } = spec;
  if (!consul) return undefined;
  const { placement, nodes, cluster, workload } = around;
  const identity = new managedidentity.UserAssignedIdentity(`${name}-consul-sync-identity`, placementOf(placement), {
    parent,
  });
  const { principalId, clientId, tenantId } = identity;
  const consulServers = consul.existing
    ? undefined
    : createServers(name, args, spec, consul, { placement, nodes: nodes! }, principalId, parent);
  const uris = consulServers?.secretUris ?? keepToken(name, args, around, consul, principalId, parent).secretUris;
  new ConsulCatalogSync(
    `${name}-consul-sync`,
    {
      ...args.consul!.sync,
      image: args.consul!.sync?.image ?? (consul.sync.image as string),
      nodeName: consul.sync.nodeName,
      namespace: spec.workload.namespace,
      servers: consulServers ? apiOfOwn(consulServers) : apiOf(args.consul!.existing!),
      tokenUrl: uris.apply((known) => known[syncToken(consul.sync.nodeName)]!),
      identity: {
        clientId,
        tenantId,
        federation: {
          resourceGroupName: placement.resourceGroupName,
          identityName: identity.name,
          issuerUrl: cluster.oidcIssuerUrl,
        },
      },
      datacenter: consul.datacenter,
      domain: consul.domain,
      kubeconfig: cluster.kubeconfig,
    },
    // The namespace is the workload's. Servers that aren't there yet would only be waited for.
    { parent, dependsOn: [workload, ...(consulServers ? [consulServers] : [])] },
  );
  return consulServers;
}

function apiOfOwn({ addresses, caCertificate }: ConsulServers): ConsulApiArgs {
  return { addresses, caCertificate };
}

/** The token alone is no business of the sync's arguments. */
function apiOf({ syncToken: _, ...api }: ConsulApiArgs & { syncToken: unknown }): ConsulApiArgs {
  return api;
}

function createServers(
  name: string,
  args: WindowsHaAksClusterArgs,
  { network, workload }: AksHaClusterSpec,
  { servers, datacenter, domain, sync }: AksConsulSpec,
  { placement, nodes }: { placement: PlacementArgs; nodes: NodesNetwork },
  principalId: pulumi.Output<string>,
  parent: pulumi.Resource,
): ConsulServers {
  const { program, agent, gossipKey, snapshots, queries, servers: machines } = args.consul!;
  return new ConsulServers(
    `${name}-consul`,
    {
      ...placementOf(placement),
      ...machines,
      program: program!,
      agent,
      subnetId: nodes.network.consulSubnetId!,
      subnetRange: network.consulSubnet,
      addresses: servers!.addresses ?? serverAddresses({ count: servers!.count, subnetRange: network.consulSubnet }),
      networkSecurityGroupId: nodes.consulSecurityGroupId!,
      secretStore: { ...vaultSettings(args), ...reach(nodes.network, args) },
      datacenter,
      domain,
      gossipKey,
      snapshots,
      queries,
      kubernetes: [
        {
          nodeName: sync.nodeName,
          nodeRanges: [network.machinesSubnet],
          principalId,
          services: [workload.service.name],
        },
      ],
    },
    { parent },
  );
}

/** The token of somebody else's datacenter, in a vault that the sync reads. */
function keepToken(
  name: string,
  args: WindowsHaAksClusterArgs,
  { placement, nodes }: ConsulAround,
  { sync }: AksConsulSpec,
  principalId: pulumi.Output<string>,
  parent: pulumi.Resource,
): SecretStore {
  return new SecretStore(
    `${name}-consul-secrets`,
    {
      ...placementOf(placement),
      ...vaultSettings(args),
      ...reach(nodes?.network, args),
      secrets: { [syncToken(sync.nodeName)]: args.consul!.existing!.syncToken },
      readers: [{ name: "sync", principalId }],
    },
    { parent },
  );
}

/** Nodes and servers reach vaults by the network's own gateway. */
function reach(
  network: Network | undefined,
  { secretStore }: WindowsHaAksClusterArgs,
): { allowFrom: pulumi.Input<string>[] } {
  const { allowFrom = [] } = secretStore ?? {};
  return { allowFrom: allowFrom.length > 0 || !network ? allowFrom : [network.outboundAddress!] };
}

/** What was said about the cluster's own vault holds for Consul's, too. */
function vaultSettings({ secretStore }: WindowsHaAksClusterArgs): {
  tenantId?: pulumi.Input<string>;
  softDeleteRetentionDays?: number;
} {
  const { allowFrom: _, ...settings } = secretStore ?? {};
  return settings;
}
