import type { SecretStore, SecretStoreArgs } from "../secret-store";
import type { ClusterIdentityArgs, WindowsHaClusterArgs } from "./args";
import type { Networking } from "./networking";
import { secretStoreReach } from "./secrets";

/** What Consul of a cluster hangs on. */
export interface ConsulParts {
  identity: ClusterIdentityArgs;
  networking: Networking;
  /** The service's own, whose private zone the network is linked to. */
  secretStore: SecretStore | undefined;
}

/** The way to a vault. */
export type SecretStoreReach = Pick<SecretStoreArgs, "private" | "allowFrom">;

/** The same way as to the service's vault. A network takes one private zone of a name, so a second vault uses the first's. */
export function consulSecretStoreReach(
  args: WindowsHaClusterArgs,
  { networking, secretStore }: ConsulParts,
): SecretStoreReach {
  const reach = secretStoreReach(args, networking);
  const zoneId = secretStore?.privateDnsZoneId;
  if (!reach.private || !zoneId) return reach;
  return { private: { subnetId: reach.private.subnetId, privateDnsZoneId: zoneId } };
}

/** What was said about the cluster's own vault holds for Consul's, too. */
export function secretStoreSettings({
  secretStore,
}: WindowsHaClusterArgs): Pick<SecretStoreArgs, "tenantId" | "softDeleteRetentionDays"> {
  const { tenantId, softDeleteRetentionDays } = secretStore ?? {};
  return {
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(softDeleteRetentionDays === undefined ? {} : { softDeleteRetentionDays }),
  };
}
