import type * as pulumi from "@pulumi/pulumi";
import {
  clusterServerAddresses,
  configurationPrefix,
  configurationValues,
  type ClusterSpec,
  type ConsulSpec,
} from "@windows-ha/spec";
import { InvalidArgumentsError } from "../common/invalid-arguments";
import { placementOf, type PlacementArgs } from "../common/placement";
import { ConsulServers } from "../consul";
import { configurationInputs } from "../service-install/configuration";
import type { WindowsHaClusterArgs } from "./args";
import { secretStoreSettings, type ConsulParts, type SecretStoreReach } from "./consul-secret-store";

/** The cluster's own servers, with what its service has to have there. */
export function createConsulServers(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  spec: ClusterSpec,
  consul: ConsulSpec,
  { identity, networking }: ConsulParts,
  secretStore: SecretStoreReach,
  parent: pulumi.Resource,
): ConsulServers {
  const { service, machines, network } = spec;
  const { agent, program, gossipKey, snapshots, queries, kubernetes, servers } = args.consul!;
  const { subnetId, networkSecurityGroupId } = networking.consul!;
  const settings = secretStoreSettings(args);
  const late = { resource: parent, outcome: "no server was changed" };
  const values = configurationInputs(service, (findings) => {
    if (findings.length > 0) throw new InvalidArgumentsError(`WindowsHaCluster "${name}"`, findings, late);
  }).apply((configuration) => configurationValues({ ...service, ...(configuration ? { configuration } : {}) }));
  return new ConsulServers(
    `${name}-consul`,
    {
      ...placementOf(placement),
      ...servers,
      encryptionAtHost: servers?.encryptionAtHost ?? machines.encryptionAtHost,
      program: program!,
      agent,
      subnetId,
      ...(network.existing ? {} : { subnetRange: network.consulSubnet }),
      addresses: clusterServerAddresses(spec),
      ...(networkSecurityGroupId === undefined ? {} : { networkSecurityGroupId }),
      secretStore: { ...secretStore, ...settings },
      uploadFrom: args.artifactStore?.uploadFrom,
      datacenter: consul.datacenter,
      domain: consul.domain,
      gossipKey,
      snapshots,
      queries,
      values,
      kubernetes,
      clients: {
        principalId: identity.principalId,
        machinePrefixes: [machines.computerNamePrefix!],
        services: [service.name],
        keyPrefixes: { [service.name]: configurationPrefix(service) },
      },
    },
    { parent },
  );
}
