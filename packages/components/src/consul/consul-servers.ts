import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { consulApiRanges, resolveConsulServers, type ConsulServersComponentSpec } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { consulServerNames } from "../common/named-parts";
import { placementOf } from "../common/placement";
import { withName } from "../common/resource-names";
import { SecretStore } from "../secret-store";
import { createSecretsUserRole } from "../secret-store/secrets-user-role";
import { createServerAgent, withServerAgent } from "./agent-program";
import type { ConsulServersArgs } from "./args";
import { createCertificates, type Certificates } from "./certificates";
import {
  clientSecrets,
  createCredentials,
  GOSSIP_KEY,
  SERVER_CERTIFICATE,
  syncToken,
  type Credentials,
} from "./credentials";
import { createCustomData } from "./custom-data";
import { createDeclaredBlob } from "./declared-blob";
import { createConsulFirewall } from "./firewall";
import { createServers } from "./machines";
import { createStorage } from "./storage";

/** Pulumi's schema inference refuses fields that hold components. */
const secretStores = new WeakMap<ConsulServers, SecretStore>();

/**
 * Servers of a Consul datacenter: three or five machines with Linux over zones, with gossip encryption, TLS, and rights
 * that deny by default. Each has an address and a disk that outlive it; a change replaces one at a time, the next one
 * only when the datacenter stands a loss again.
 *
 * Nobody outside the network reaches them. Tokens, rights, queries and values are declared data in a blob, which the
 * servers' agents read every ten seconds; snapshots go to another container.
 *
 * Consul's program isn't part of this package: since 1.17 its licence is BUSL-1.1. Version, address and hash are
 * arguments.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class ConsulServers extends pulumi.ComponentResource {
  /** Addresses of the servers, for `retry_join`. */
  public readonly addresses: pulumi.Output<string[]>;
  /** Who vouches for the servers, as PEM. */
  public readonly caCertificate: pulumi.Output<string>;
  /** Name of the datacenter. */
  public readonly datacenter: pulumi.Output<string>;
  /** What names end with. */
  public readonly domain: pulumi.Output<string>;
  /**
   * Where clients read `gossip-key`, `machines-token`, `dns-token` and each `service-token-<service>`, and syncs their
   * `sync-token-<nodeName>`; known once their identities may. Addresses, never values.
   */
  public readonly secretUris: pulumi.Output<Record<string, string>>;
  /** Object id of the servers' identity, for role assignments. */
  public readonly identityPrincipalId: pulumi.Output<string>;
  /** Ids of the servers, in the order of their numbers. */
  public readonly serverIds: pulumi.Output<string[]>;
  /** Address of the container with snapshots; undefined without. */
  public readonly snapshotsUrl?: pulumi.Output<string>;

  constructor(name: string, args: ConsulServersArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `ConsulServers "${name}"`,
      withName(name, withServerAgent(resolveConsulServers(name, args), args?.agent, "agent"), (found) =>
        consulServerNames(name, found),
      ),
    );
    super("windows-ha:index:ConsulServers", name, facts(spec), opts);

    const identity = new managedidentity.UserAssignedIdentity(`${name}-identity`, placementOf(args), { parent: this });
    const certificates = createCertificates(name, spec, this);
    const credentials = createCredentials(name, args, spec, this);
    const secretStore = createSecretStore(name, args, identity, credentials, certificates, this);
    const storage = createStorage(name, args, spec, identity, this);
    const { clientId } = identity;
    const { secretUris } = secretStore;
    createDeclaredBlob(name, args, spec, { credentials, secretUris, clientId, storage }, this);
    const agent = createServerAgent(name, args, spec.agentFile, storage, clientId, this);
    const customData = createCustomData(spec, { agent, certificates, secretUris, clientId, storage });
    const networkSecurityGroupId = args.networkSecurityGroupId ?? ownFirewall(name, args, spec, this);
    const servers = createServers(name, args, spec, { identity, networkSecurityGroupId, customData }, this);
    secretStores.set(this, secretStore);

    this.addresses = pulumi.output(spec.addresses);
    this.caCertificate = certificates.caCertificate;
    this.datacenter = pulumi.output(spec.datacenter);
    this.domain = pulumi.output(spec.domain);
    this.secretUris = clientUris(name, args, spec, secretStore, this);
    this.identityPrincipalId = identity.principalId;
    this.serverIds = pulumi.all(servers.map(({ id }) => id));
    this.snapshotsUrl = storage.snapshotsUrl;
    this.registerOutputs({
      addresses: this.addresses,
      caCertificate: this.caCertificate,
      datacenter: this.datacenter,
      domain: this.domain,
      secretUris: this.secretUris,
      identityPrincipalId: this.identityPrincipalId,
      serverIds: this.serverIds,
      snapshotsUrl: this.snapshotsUrl,
    });
  }

  /** Where keys and tokens are kept. */
  get secretStore(): SecretStore {
    return secretStores.get(this)!;
  }
}

function facts(spec: ConsulServersComponentSpec): Record<string, unknown> {
  const { count, zones, size, datacenter, domain, addresses, program, snapshots, queries, clients, kubernetes } = spec;
  return {
    version: program.version,
    count,
    zones,
    size,
    datacenter,
    domain,
    addresses,
    snapshots: snapshots.enabled ? { intervalMinutes: snapshots.intervalMinutes, keep: snapshots.keep } : false,
    queries: queries.map(({ name, service }) => name ?? service),
    services: clients?.services ?? [],
    ...(kubernetes.length === 0 ? {} : { kubernetes }),
  };
}

function createSecretStore(
  name: string,
  args: ConsulServersArgs,
  { principalId }: managedidentity.UserAssignedIdentity,
  { gossipKey, tokens }: Credentials,
  { server }: Certificates,
  parent: ConsulServers,
): SecretStore {
  return new SecretStore(
    `${name}-secrets`,
    {
      ...placementOf(args),
      ...args.secretStore,
      secrets: { [GOSSIP_KEY]: gossipKey, [SERVER_CERTIFICATE]: server, ...tokens },
      // The servers alone read all of them, the management token among them.
      readers: [{ name: "servers", principalId }],
    },
    { parent },
  );
}

function ownFirewall(
  name: string,
  args: ConsulServersArgs,
  { subnetRange, addresses, clientRanges, kubernetes }: ConsulServersComponentSpec,
  parent: ConsulServers,
): pulumi.Output<string> {
  const own = clientRanges.includes("VirtualNetwork") ? [] : subnetRange === undefined ? addresses : [subnetRange];
  const sources = [...new Set([...clientRanges, ...own])];
  return createConsulFirewall(`${name}-firewall`, args, sources, consulApiRanges(kubernetes), parent).id;
}

/** Machines and syncs read secret by secret, and know where once they may. */
function clientUris(
  name: string,
  { clients, kubernetes = [] }: ConsulServersArgs,
  spec: ConsulServersComponentSpec,
  { vaultId, secretUris }: SecretStore,
  parent: ConsulServers,
): pulumi.Output<Record<string, string>> {
  const readers = [
    ...clientSecrets(spec).map((secret) => ({ secret, role: "clients-read", principalId: clients!.principalId })),
    ...kubernetes.map(({ nodeName, principalId }) => ({
      secret: syncToken(nodeName),
      role: "sync-reads",
      principalId,
    })),
  ];
  const names = readers.map(({ secret }) => secret);
  const roles = readers.map(({ secret, role, principalId }) =>
    createSecretsUserRole(
      `${name}-${role}-${secret}`,
      // Once the secret is there: a right needs something that it is for.
      pulumi.all([vaultId, secretUris]).apply(([id]) => `${id}/secrets/${secret}`),
      principalId,
      "ServicePrincipal",
      parent,
    ),
  );
  return pulumi
    .all([secretUris, pulumi.all(roles.map(({ id }) => id))])
    .apply(([uris]) => Object.fromEntries(names.map((secret) => [secret, uris[secret]!])));
}
