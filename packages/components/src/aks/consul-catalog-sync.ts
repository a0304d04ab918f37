import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import {
  CATALOG_SYNC_ACCOUNT,
  catalogSyncAddresses,
  catalogSyncManifests,
  checkConsulAddresses,
  resolveConsulCatalogSync,
  secretObjects,
  vaultSecretParts,
  type CatalogSyncInputs,
  type CatalogSyncSpec,
} from "@windows-ha/spec";
import { InvalidArgumentsError, specOrFail } from "../common/invalid-arguments";
import { withName } from "../common/resource-names";
import type { ConsulCatalogSyncArgs } from "./catalog-sync-args";
import { createFederation, tenantOf } from "./federation";
import { createObjects } from "./kubernetes-objects";

const TOKEN_FILE = "consul-token";

/**
 * Writes Services of a namespace into Consul's catalogue, so that callers outside of the cluster find them by DNS and HTTP
 * like services of machines: the vendor's program consul-k8s-control-plane as one pod on a Linux node. No node has an
 * agent; the pod asks the servers by HTTPS and gRPC, with a token that writes its own node and its services alone.
 *
 * @example
 * ```ts
 * new ConsulCatalogSync("orders-consul-sync", {
 *   namespace: "orders",
 *   image: "hashicorp/consul-k8s-control-plane:1.8.8",
 *   servers: { addresses: servers.addresses, caCertificate: servers.caCertificate },
 *   tokenUrl: servers.secretUris.apply((uris) => uris["sync-token-aks-orders"]!),
 *   identity: { clientId: identity.clientId },
 *   kubeconfig: cluster.kubeconfig,
 * });
 * ```
 * @throws InvalidArgumentsError with every finding
 */
export class ConsulCatalogSync extends pulumi.ComponentResource {
  /** The node of the catalogue that the Services hang on. */
  public readonly nodeName: pulumi.Output<string>;

  constructor(name: string, args: ConsulCatalogSyncArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `ConsulCatalogSync "${name}"`,
      withName(name, resolveConsulCatalogSync(args), () => []),
    );
    super("windows-ha:index:ConsulCatalogSync", name, facts(spec), opts);

    const { namespace } = spec;
    createObjects(
      name,
      catalogSyncManifests(spec, inputs(name, args, this)),
      {
        kubeconfig: args.kubeconfig,
        after: AFTER,
        roleOf: ({ kind }) => ROLES[kind]!,
        before: createFederation(name, args.identity, { namespace, account: CATALOG_SYNC_ACCOUNT }, this),
      },
      this,
    );
    this.nodeName = pulumi.output(spec.nodeName);
    this.registerOutputs({ nodeName: this.nodeName });
  }
}

const AFTER = {
  ClusterRoleBinding: ["ClusterRole", "ServiceAccount"],
  Deployment: ["ServiceAccount", "ClusterRoleBinding", "ConfigMap", "SecretProviderClass", "NetworkPolicy"],
} as const;

const ROLES: Readonly<Record<string, string>> = {
  ClusterRole: "reader",
  ClusterRoleBinding: "reads",
  ConfigMap: "authority",
  Deployment: "pods",
  NetworkPolicy: "policy",
  SecretProviderClass: "token",
  ServiceAccount: "account",
};

function facts({ namespace, nodeName, address, intervalSeconds, datacenter, domain, ports }: CatalogSyncSpec): object {
  return { factsVersion: 1, namespace, nodeName, address, intervalSeconds, datacenter, domain, ports };
}

/** What may come from other resources, as Kubernetes gets it. */
function inputs(
  name: string,
  { image, servers, tokenUrl, identity }: ConsulCatalogSyncArgs,
  parent: ConsulCatalogSync,
): CatalogSyncInputs {
  const addresses = pulumi.output(servers.addresses).apply((known) => {
    const findings = checkConsulAddresses(known, "servers.addresses");
    const late = { resource: parent, outcome: "no pod was changed" };
    if (findings.length > 0) throw new InvalidArgumentsError(`ConsulCatalogSync "${name}"`, findings, late);
    return known;
  });
  const caCertificate = pulumi.output(servers.caCertificate);
  const url = pulumi.output(tokenUrl);
  return {
    image,
    addresses: addresses.apply(catalogSyncAddresses),
    caCertificate,
    configurationHash: pulumi
      .all([addresses, caCertificate])
      .apply((parts) => createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16)),
    token: {
      name: CATALOG_SYNC_ACCOUNT,
      keyVaultName: url.apply((text) => vaultSecretParts(text).vault),
      objects: url.apply((text) => secretObjects([{ file: TOKEN_FILE, url: text }])),
      files: [TOKEN_FILE],
    },
    identity: { clientId: identity.clientId, tenantId: tenantOf(identity, parent) },
  };
}
