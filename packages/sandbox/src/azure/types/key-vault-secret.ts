import { randomBytes } from "node:crypto";
import { armName, parentId } from "../arm-id";
import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";
import type { ResourceStore, StoredResource } from "../resource-store";
import { fewTags, single } from "../rule-helpers";
import { ZERO_UUID } from "../subscription";
import type { VaultInputs } from "./key-vault";

interface SecretInputs {
  secretName: string;
  properties: { value?: string; contentType?: string };
  tags?: Record<string, unknown>;
}

const DELETED_SECRET = "Microsoft.KeyVault/vaults/deletedSecrets";
const MAX_VALUE_BYTES = 25_600;

export const keyVaultSecret = defineType<SecretInputs>({
  token: "azure-native:keyvault:Secret",
  armType: "Microsoft.KeyVault/vaults/secrets",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  // Values go to the vault that machines read, never into the declaration.
  writeOnly: [{ path: "properties.value", remembered: false }],
  rules: [
    fewTags("BadParameter", "Property has invalid value: a secret has at most 15 tags."),
    single<SecretInputs>(
      ["secretName"],
      "secretName",
      "BadParameter",
      ({ secretName }) =>
        !/^[A-Za-z0-9-]{1,127}$/.test(secretName) &&
        `The name '${secretName}' is invalid: 1 to 127 letters, digits and hyphens.`,
    ),
    single<SecretInputs>(
      ["properties.value"],
      "properties.value",
      "BadParameter",
      ({ properties: { value } }) =>
        value !== undefined &&
        (value === "" || Buffer.byteLength(value) > MAX_VALUE_BYTES) &&
        `The value of a secret has 1 to ${MAX_VALUE_BYTES} bytes, not ${Buffer.byteLength(value)}.`,
    ),
  ],
  refusePlacement({ id, store }) {
    if (!store.get(deletedId(id))) return undefined;
    return new AzureError(
      "Conflict",
      `Secret ${armName(id)} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    );
  },
  async provide({ id }, dataPlane, given) {
    const { value, contentType } = (given as unknown as SecretInputs).properties;
    if (value !== undefined) dataPlane.secrets.keep(id, value, contentType);
  },
  compute({ id, inputs, store }, _base, dataPlane) {
    const vault = store.get(parentId(id)!)!;
    const { vaultUri } = vault.outputs["properties"] as { vaultUri: string };
    const secretUri = `${vaultUri}secrets/${armName(id)}`;
    const { value: _, ...properties } = (inputs as unknown as SecretInputs).properties;
    return {
      location: vault.inputs["location"],
      properties: {
        ...properties,
        attributes: { enabled: true },
        secretUri,
        secretUriWithVersion: `${secretUri}/${dataPlane.secrets.get(id)?.version ?? randomBytes(16).toString("hex")}`,
      },
    };
  },
  refuseRemoval: refuseDataPlaneDeletion,
  remains: ({ id, name }) => ({ id: deletedId(id), type: DELETED_SECRET, name, inputs: {}, outputs: {} }),
});

function deletedId(secretId: string): string {
  return `${parentId(secretId)}/deletedSecrets/${armName(secretId)}`;
}

/**
 * Resource Manager writes secrets but doesn't delete them, so azure-native asks the vault itself, which knows the
 * caller's rights to its data only. Nobody has such a right in the sandbox but by an access policy.
 */
function refuseDataPlaneDeletion({ id }: StoredResource, store: ResourceStore): AzureError | undefined {
  const { name, inputs } = store.get(parentId(id)!)!;
  const { enableRbacAuthorization, accessPolicies = [] } = (inputs as unknown as VaultInputs).properties;
  const permissions = accessPolicies.find(({ objectId }) => objectId === ZERO_UUID)?.permissions?.secrets ?? [];
  const mayDelete = permissions.some((permission) => ["all", "delete"].includes(permission.toLowerCase()));
  if (mayDelete && !enableRbacAuthorization) return undefined;
  return new AzureError(
    "Forbidden",
    `Caller is not authorized to perform action on resource. Action: 'Microsoft.KeyVault/vaults/secrets/delete'. Vault: ${name}. Secrets are deleted through the vault and not through Resource Manager: give the caller the role Key Vault Secrets Officer, or set retainOnDelete.`,
  );
}
