import type * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import {
  CERTIFICATE_PATH,
  keepsValues,
  secretSources,
  type AksHaClusterSpec,
  type NamedSource,
} from "@windows-ha/spec";
import { scopeName } from "../cluster/secrets";
import { checkedCertificate } from "../common/checked-certificate";
import type { PlacementArgs } from "../common/placement";
import { SecretStore } from "../secret-store";
import { createSecretsUserRole } from "../secret-store/secrets-user-role";
import type { SecretSourceArgs, ServiceArgs } from "../service-install";
import type { WindowsHaAksClusterArgs } from "./ha-cluster-args";

type Source = NamedSource & { source: SecretSourceArgs };

/** A service's secrets as its pods read them. */
export interface WorkloadSecrets {
  references: Pick<ServiceArgs, "secrets" | "tls">;
  secretStore: SecretStore | undefined;
}

/** Keeps values, lets the pods' identity read, and says where. */
export function createWorkloadSecrets(
  name: string,
  args: WindowsHaAksClusterArgs,
  placement: PlacementArgs,
  spec: AksHaClusterSpec,
  reader: { principalId: pulumi.Input<string>; outboundAddress: pulumi.Output<string> | undefined },
  parent: pulumi.Resource,
): WorkloadSecrets {
  const { service } = spec.workload;
  // As they were declared, so Inputs are what they were.
  const sources = secretSources(service) as Source[];
  const secretStore = keepsValues(service)
    ? createStore(name, args, placement, spec, sources, reader, parent)
    : undefined;
  const roles = new Map<unknown, authorization.RoleAssignment>();
  const urlOf = ({ vaultName, source: { url, roleScope } }: Source): pulumi.Input<string> => {
    if (url === undefined) return secretStore!.secretUris.apply((uris) => uris[vaultName]!);
    if (roleScope === undefined) return url;
    const key = typeof roleScope === "string" ? roleScope.toLowerCase() : roleScope;
    if (!roles.has(key)) {
      const role = `${name}-reads-${scopeName(roleScope, vaultName)}`;
      roles.set(key, createSecretsUserRole(role, roleScope, reader.principalId, "ServicePrincipal", parent));
    }
    // Who knows the address may read it, so that the first update works.
    return pulumi.all([url, roles.get(key)!.id]).apply(([address]) => address);
  };
  const certificate = sources.find(({ path }) => path === CERTIFICATE_PATH);
  return {
    references: {
      secrets: Object.fromEntries(
        sources.flatMap((source) => (source.name === undefined ? [] : [[source.name, { url: urlOf(source) }]])),
      ),
      ...(certificate ? { tls: { certificate: { url: urlOf(certificate) } } } : {}),
    },
    secretStore,
  };
}

function createStore(
  name: string,
  { secretStore = {} }: WindowsHaAksClusterArgs,
  placement: PlacementArgs,
  spec: AksHaClusterSpec,
  sources: readonly Source[],
  {
    principalId,
    outboundAddress,
  }: { principalId: pulumi.Input<string>; outboundAddress: pulumi.Output<string> | undefined },
  parent: pulumi.Resource,
): SecretStore {
  const { allowFrom = [], tenantId } = secretStore;
  const kept = sources.filter(({ source }) => source.value !== undefined);
  const secrets = kept.map(({ path, vaultName, source }) => [
    vaultName,
    path === CERTIFICATE_PATH
      ? checkedCertificate(source.value!, {
          subject: `WindowsHaAksCluster "${name}"`,
          outcome: "no pod was changed",
          resource: parent,
        })
      : source.value!,
  ]);
  return new SecretStore(
    `${name}-secrets`,
    {
      ...placement,
      secrets: Object.fromEntries(secrets) as Record<string, pulumi.Input<string>>,
      readers: [{ name: "pods", principalId }],
      allowFrom: allowFrom.length > 0 || !outboundAddress ? allowFrom : [outboundAddress],
      ...(tenantId === undefined ? {} : { tenantId }),
      softDeleteRetentionDays: spec.secretStore.softDeleteRetentionDays,
    },
    { parent },
  );
}
