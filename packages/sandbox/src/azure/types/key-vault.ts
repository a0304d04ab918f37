import { parseCidr } from "@windows-ha/spec";
import { armId, sameId } from "../arm-id";
import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";
import type { ResourceStore, StoredResource } from "../resource-store";
import { noReservedWords, single } from "../rule-helpers";

interface AccessPolicy {
  objectId: string;
  permissions?: { secrets?: string[] };
}
export interface VaultInputs {
  vaultName: string;
  location?: string;
  properties: {
    tenantId: string;
    accessPolicies?: AccessPolicy[];
    createMode?: string;
    enableRbacAuthorization?: boolean;
    enableSoftDelete?: boolean;
    enablePurgeProtection?: boolean;
    softDeleteRetentionInDays?: number;
    publicNetworkAccess?: string;
    networkAcls?: { ipRules?: { value: string }[] };
  };
}

const VAULT_NAME = /^(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PUBLIC_ACCESS = ["enabled", "disabled", "securedbyperimeter"];
const DEFAULT_RETENTION_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What stands for a deleted vault in the store; it isn't a resource that a program can declare. */
const DELETED_VAULT = "Microsoft.KeyVault/deletedVaults";

export const keyVault = defineType<VaultInputs>({
  token: "azure-native:keyvault:Vault",
  armType: "Microsoft.KeyVault/vaults",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.KeyVault/vaults/{vaultName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  rules: [
    noReservedWords<VaultInputs>("vaultName"),
    single<VaultInputs>(
      ["vaultName"],
      "vaultName",
      "VaultNameNotValid",
      ({ vaultName }) =>
        !VAULT_NAME.test(vaultName) &&
        `The vault name '${vaultName}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.`,
    ),
    single<VaultInputs>(
      ["properties.tenantId"],
      "properties.tenantId",
      "BadRequest",
      ({ properties }) => !UUID.test(properties.tenantId) && "An invalid value was provided for 'tenantId'.",
    ),
    single<VaultInputs>(
      ["properties.enablePurgeProtection"],
      "properties.enablePurgeProtection",
      "BadRequest",
      ({ properties }) =>
        properties.enablePurgeProtection === false &&
        'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action. Leave it out instead.',
    ),
    single<VaultInputs>(
      ["properties.enableSoftDelete"],
      "properties.enableSoftDelete",
      "BadRequest",
      ({ properties }) =>
        properties.enableSoftDelete === false &&
        "The property \"enableSoftDelete\" cannot be set to false. Enabling the 'soft delete' functionality is an irreversible action.",
    ),
    single<VaultInputs>(
      ["properties.softDeleteRetentionInDays"],
      "properties.softDeleteRetentionInDays",
      "BadRequest",
      ({ properties: { softDeleteRetentionInDays: days = DEFAULT_RETENTION_DAYS } }) =>
        !(Number.isInteger(days) && days >= 7 && days <= 90) &&
        `The property "softDeleteRetentionInDays" must be a whole number from 7 to 90, not ${days}.`,
    ),
    single<VaultInputs>(
      ["properties.publicNetworkAccess"],
      "properties.publicNetworkAccess",
      "BadRequest",
      ({ properties: { publicNetworkAccess: access = "enabled" } }) =>
        !PUBLIC_ACCESS.includes(access.toLowerCase()) &&
        `The value '${access}' of publicNetworkAccess is none of Enabled, Disabled and SecuredByPerimeter.`,
    ),
    single<VaultInputs>(
      ["properties.createMode"],
      "properties.createMode",
      "BadRequest",
      ({ properties }) =>
        properties.createMode === "recover" && "The sandbox doesn't bring deleted vaults back: create one anew.",
    ),
    {
      reads: ["properties.networkAcls.ipRules[].value"],
      check: ({ properties }) =>
        (properties.networkAcls?.ipRules ?? []).flatMap(({ value }, index) =>
          parseCidr(value)
            ? []
            : [
                {
                  path: `properties.networkAcls.ipRules[${index}].value`,
                  code: "BadRequest",
                  message: `The value '${value}' is neither an IPv4 address nor a range in CIDR notation.`,
                },
              ],
        ),
    },
  ],
  immutables: [
    {
      path: "properties.softDeleteRetentionInDays",
      code: "BadRequest",
      message: 'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
      refuses: (before = DEFAULT_RETENTION_DAYS, after = before) => before !== after,
    },
    {
      path: "location",
      code: "InvalidResourceLocation",
      message: "The resource already exists in another location. A resource's location cannot be changed.",
    },
  ],
  refusePlacement: ({ id, inputs, store }) => refuseName(id, inputs as unknown as VaultInputs, store),
  compute: ({ inputs }) => {
    const { vaultName, properties } = inputs as unknown as VaultInputs;
    return {
      properties: {
        ...properties,
        vaultUri: `https://${vaultName.toLowerCase()}.vault.azure.net/`,
        provisioningState: "Succeeded",
      },
    };
  },
  addressOwners: ({ id }) => [id],
  remains: deletedVault,
});

/** Names of vaults are unique in the world, and a deleted vault keeps its own until it is purged. */
function refuseName(id: string, { vaultName }: VaultInputs, store: ResourceStore): AzureError | undefined {
  if (store.get(id)) return undefined;
  const isSame = ({ name }: StoredResource): boolean => sameId(name, vaultName);
  if (store.list(keyVault.token).some((other) => isSame(other) && !sameId(other.id, id))) {
    return new AzureError(
      "VaultAlreadyExists",
      `The vault name '${vaultName}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
    );
  }
  const deleted = store.list(DELETED_VAULT).find(isSame);
  const purge = deleted?.inputs["scheduledPurgeDate"] as string | undefined;
  if (purge === undefined || Date.parse(purge) <= Date.now()) return undefined;
  return new AzureError(
    "ConflictError",
    `A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. (${vaultName} is purged on ${purge})`,
  );
}

/** Azure keeps a deleted vault, under an id outside of its resource group. */
function deletedVault({ id, name, inputs }: StoredResource): StoredResource {
  const { location = "", properties } = inputs as unknown as VaultInputs;
  const days = properties.softDeleteRetentionInDays ?? DEFAULT_RETENTION_DAYS;
  const deletedAt = Date.now();
  const dates = {
    location,
    deletionDate: new Date(deletedAt).toISOString(),
    scheduledPurgeDate: new Date(deletedAt + days * DAY_MS).toISOString(),
  };
  const path =
    "/subscriptions/{subscriptionId}/providers/Microsoft.KeyVault/locations/{location}/deletedVaults/{vaultName}";
  const deletedId = armId(path, id.split("/")[2]!, { location, vaultName: name });
  return { id: deletedId, type: DELETED_VAULT, name, inputs: dates, outputs: {} };
}
