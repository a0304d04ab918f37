import type * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { ArtifactStoreSettingsArgs } from "./args";

/** The firewall of a store's account; without `uploadFrom` it has none. */
export function networkRules({
  uploadFrom,
  fromSubnetIds = [],
}: ArtifactStoreSettingsArgs): Pick<storage.StorageAccountArgs, "networkRuleSet"> {
  if (!uploadFrom) return {};
  return {
    networkRuleSet: {
      defaultAction: "Deny",
      // No service of Azure's own has anything to do here.
      bypass: "None",
      ipRules: uploadFrom.map((range) => ({
        action: "Allow",
        iPAddressOrRange: pulumi.output(range).apply(withoutLength),
      })),
      virtualNetworkRules: fromSubnetIds.map((id) => ({ action: "Allow", virtualNetworkResourceId: id })),
    },
  };
}

/** Azure takes a single address without a prefix length only. */
function withoutLength(range: string): string {
  return range.replace(/\/32$/, "");
}
