import * as pulumi from "@pulumi/pulumi";
import { activeConsul, type ClusterSpec, type ConsulSpec } from "@windows-ha/spec";
import { placementOf, type PlacementArgs } from "../common/placement";
import type { ConsulClientArgs, ConsulServers } from "../consul";
import { DNS_TOKEN, GOSSIP_KEY, MACHINES_TOKEN, serviceToken } from "../consul/credentials";
import { SecretStore } from "../secret-store";
import type { WindowsHaClusterArgs } from "./args";
import {
  consulSecretStoreReach,
  secretStoreSettings,
  type ConsulParts,
  type SecretStoreReach,
} from "./consul-secret-store";
import { createConsulServers } from "./consul-servers";

/** A cluster's discovery; nothing of it where there is none. */
export interface ClusterConsul {
  consulServers?: ConsulServers;
  client?: ConsulClientArgs;
}

/** Servers where the cluster has its own, and what the machines' clients need to join. */
export function createConsul(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  spec: ClusterSpec,
  parts: ConsulParts,
  parent: pulumi.Resource,
): ClusterConsul {
  const consul = activeConsul(spec);
  if (!consul) return {};
  const { name: service } = spec.service;
  const reach = consulSecretStoreReach(args, parts);
  const given = args.consul!;
  const common = {
    program: given.program!,
    datacenter: consul.datacenter,
    domain: consul.domain,
    ephemeral: spec.compute !== "machines",
    registration: given.registration,
    identityClientId: parts.identity.clientId,
  };
  if (consul.existing) {
    const { retryJoin, caCertificate } = given.existing!;
    const uris = keepTokens(name, args, placement, consul, parts, reach, parent).secretUris;
    return { client: { ...common, retryJoin, caCertificate, ...addresses(uris, service, consul) } };
  }
  const consulServers = createConsulServers(name, args, placement, spec, consul, parts, reach, parent);
  const { addresses: retryJoin, caCertificate, secretUris } = consulServers;
  const client = { ...common, retryJoin, caCertificate, ...addresses(secretUris, service, consul) };
  return { consulServers, client };
}

/** Tokens of somebody else's datacenter, in a vault from which the machines read. */
function keepTokens(
  name: string,
  args: WindowsHaClusterArgs,
  placement: PlacementArgs,
  { existing }: ConsulSpec,
  { identity }: ConsulParts,
  reach: SecretStoreReach,
  parent: pulumi.Resource,
): SecretStore {
  const { agentToken, serviceToken: registers, dnsToken } = args.consul!.existing!;
  return new SecretStore(
    `${name}-consul-secrets`,
    {
      ...placementOf(placement),
      ...reach,
      ...secretStoreSettings(args),
      secrets: {
        [GOSSIP_KEY]: args.consul!.gossipKey!,
        [MACHINES_TOKEN]: agentToken,
        [serviceToken(args.service.name)]: registers,
        ...(existing!.dnsToken === undefined ? {} : { [DNS_TOKEN]: dnsToken! }),
      },
      readers: [{ name: "machines", principalId: identity.principalId }],
    },
    { parent },
  );
}

/** Where a machine reads what only Consul may know. */
function addresses(
  uris: pulumi.Output<Record<string, string>>,
  service: string,
  { existing }: ConsulSpec,
): Pick<ConsulClientArgs, "gossipKeyUrl" | "agentTokenUrl" | "serviceTokenUrl" | "dnsTokenUrl"> {
  const at = (secret: string): pulumi.Output<string> => uris.apply((all) => all[secret]!);
  return {
    gossipKeyUrl: at(GOSSIP_KEY),
    agentTokenUrl: at(MACHINES_TOKEN),
    serviceTokenUrl: at(serviceToken(service)),
    ...(existing && existing.dnsToken === undefined ? {} : { dnsTokenUrl: at(DNS_TOKEN) }),
  };
}

/** How a service on a machine with Consul's client asks it: names that every program of Consul's knows. */
export function withConsul(
  service: WindowsHaClusterArgs["service"],
  client: ConsulClientArgs | undefined,
): typeof service {
  if (!client) return service;
  const { secrets, environment = {} } = service;
  const token = { url: client.serviceTokenUrl, identityClientId: client.identityClientId };
  return {
    ...service,
    environment: pulumi.output(environment).apply((given) => ({ CONSUL_HTTP_ADDR: "127.0.0.1:8500", ...given })),
    secrets: { CONSUL_HTTP_TOKEN: token, ...secrets },
  };
}
