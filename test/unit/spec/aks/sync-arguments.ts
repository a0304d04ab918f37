import { resolveConsulCatalogSync, type CatalogSyncInputs, type CatalogSyncSpec } from "@windows-ha/spec";

export const SYNC_IMAGE = "hashicorp/consul-k8s-control-plane:1.8.8";
const TOKEN = "https://consul.vault.azure.net/secrets/sync-token-aks-orders";

/** A sync with nothing but what it needs; every test changes only what it is about. */
export function syncArguments(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    namespace: "orders",
    image: SYNC_IMAGE,
    servers: { addresses: ["10.20.4.4", "10.20.4.5"], caCertificate: "-----BEGIN CERTIFICATE-----" },
    tokenUrl: TOKEN,
    identity: { clientId: "66666666-7777-8888-9999-000000000000" },
    ...changes,
  };
}

export function syncSpec(changes: Record<string, unknown> = {}): CatalogSyncSpec {
  const { spec, findings } = resolveConsulCatalogSync(syncArguments(changes));
  if (!spec) throw new Error(JSON.stringify(findings));
  return spec;
}

export const syncInputs: CatalogSyncInputs = {
  image: SYNC_IMAGE,
  addresses: "exec=echo 10.20.4.4 10.20.4.5",
  caCertificate: "-----BEGIN CERTIFICATE-----",
  configurationHash: "0a1b",
  token: {
    name: "consul-sync",
    keyVaultName: "consul",
    objects: JSON.stringify({ array: [] }),
    files: ["consul-token"],
  },
  identity: { clientId: "66666666-7777-8888-9999-000000000000", tenantId: "77777777-7777-8888-9999-000000000000" },
};
