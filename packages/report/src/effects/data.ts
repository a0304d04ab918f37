import type { EffectTable } from "./effect";

const FIXED = "Azure never changes it on what exists";
const ACCESS = "who may reach it; requests that it no longer allows fail from then on";

/** Storage, secrets, identities, alerts. Source: Azure's documentation of each resource. */
export const DATA_EFFECTS: EffectTable = {
  "azure-native:storage:StorageAccount": [
    ["kind", "refused", FIXED],
    ["sku", "unknown", "Azure takes some of these changes and refuses others"],
    ["networkRuleSet", "inPlace", ACCESS],
    ["publicNetworkAccess", "inPlace", ACCESS],
    ["allowSharedKeyAccess", "inPlace", ACCESS],
    ["allowBlobPublicAccess", "inPlace", ACCESS],
    ["minimumTlsVersion", "inPlace", ACCESS],
    ["enableHttpsTrafficOnly", "inPlace", ACCESS],
    ["accessTier", "none", "only what it costs"],
  ],
  "azure-native:storage:BlobContainer": [["publicAccess", "inPlace", ACCESS]],
  "azure-native:storage:BlobServiceProperties": [["", "inPlace", "what is kept of deleted blobs"]],
  "azure-native:storage:Blob": [
    ["accessTier", "none", "only what it costs"],
    ["metadata", "none", "a text"],
  ],
  "azure-native:keyvault:Vault": [
    ["properties.softDeleteRetentionInDays", "refused", FIXED],
    ["properties.tenantId", "refused", FIXED],
    ["location", "refused", FIXED],
    ["properties.networkAcls", "inPlace", ACCESS],
    ["properties.publicNetworkAccess", "inPlace", ACCESS],
    ["properties.enableRbacAuthorization", "inPlace", ACCESS],
    ["properties.accessPolicies", "inPlace", ACCESS],
    ["properties.enableSoftDelete", "inPlace", "whether deleted secrets can come back"],
    ["properties.enablePurgeProtection", "inPlace", "whether deleted secrets can be destroyed"],
    ["properties.sku", "inPlace", "how keys are kept"],
  ],
  "azure-native:keyvault:Secret": [
    ["properties", "inPlace", "a new version; who uses it gets it with the next refresh"],
  ],
  "azure-native:insights:ActivityLogAlert": [["", "none", "only who is told of what"]],
  "azure-native:monitor:ActivityLogAlert": [["", "none", "only who is told of what"]],
  "azure-native:authorization:RoleAssignment": [["description", "none", "a text"]],
  "azure-native:managedidentity:UserAssignedIdentity": [],
  "azure-native:resources:ResourceGroup": [],
};
