import { isCanonicalCidr, isPrivateRange, parseCidr } from "@windows-ha/spec";
import { sameId } from "../arm-id";
import { AzureError } from "../azure-error";
import { missingReference } from "../references";
import type { ResourceStore } from "../resource-store";
import type { InputRule } from "../resource-type";
import { subnetsOf } from "./virtual-network";

/** An account's network rules, as far as the sandbox knows them. */
export interface NetworkRulesInputs {
  networkRuleSet?: {
    defaultAction?: string;
    ipRules?: { iPAddressOrRange: string }[];
    virtualNetworkRules?: { virtualNetworkResourceId: string }[];
  };
}

/** Service endpoints by which an account knows a subnet: of its own region, and of all. */
const STORAGE_ENDPOINTS = new Set(["microsoft.storage", "microsoft.storage.global"]);

/** Azure takes public IPv4 only, and no range of one or two addresses. */
export const addressRules: InputRule<NetworkRulesInputs> = {
  reads: ["networkRuleSet.ipRules[].iPAddressOrRange"],
  check: ({ networkRuleSet }) =>
    (networkRuleSet?.ipRules ?? []).flatMap(({ iPAddressOrRange: value }, index) =>
      isPublic(value)
        ? []
        : [
            {
              path: `networkRuleSet.ipRules[${index}].iPAddressOrRange`,
              code: "InvalidValuesForRequestParameters",
              message: `Values for request parameters are invalid: networkAcls.ipRule[*].value. For more information, see - https://aka.ms/storagenetworkruleset (seen: ${value})`,
            },
          ],
    ),
};

function isPublic(value: string): boolean {
  const range = parseCidr(value);
  if (range === undefined || isPrivateRange(range)) return false;
  return !value.includes("/") || (range.prefixLength <= 30 && isCanonicalCidr(value));
}

/** Azure admits no subnet that isn't there, and none without the service endpoint. */
export function refuseNetworkRules(
  id: string,
  { networkRuleSet }: NetworkRulesInputs,
  store: ResourceStore,
): AzureError | undefined {
  const subnets = (networkRuleSet?.virtualNetworkRules ?? []).map((rule) => rule.virtualNetworkResourceId);
  const missing = missingReference(store, id, subnets);
  if (missing) return missing;
  const closed = subnets.find((subnet) => !hasStorageEndpoint(subnet, store));
  if (closed === undefined) return undefined;
  const [virtualNetwork, name] = closed.split(/\/subnets\//i);
  return new AzureError(
    "NetworkAclsValidationFailure",
    `Validation of network acls failure: SubnetsHaveNoServiceEndpointsConfigured:Subnets ${name} of virtual network ${virtualNetwork} do not have ServiceEndpoints for Microsoft.Storage resources configured. Add Microsoft.Storage to subnet's ServiceEndpoints collection before trying to ACL Microsoft.Storage resources to these subnets..`,
  );
}

/** Whether an account answers a caller of the Internet. */
export function admitsAddress({ networkRuleSet }: NetworkRulesInputs, address: string): boolean {
  if (networkRuleSet?.defaultAction !== "Deny") return true;
  const caller = parseCidr(address)!.first;
  return (networkRuleSet.ipRules ?? []).some(({ iPAddressOrRange }) => {
    const range = parseCidr(iPAddressOrRange);
    return range !== undefined && range.first <= caller && caller <= range.last;
  });
}

/** Whether an account answers a machine of its own region, which it knows by the machine's subnet alone. */
export function admitsSubnets(
  { networkRuleSet }: NetworkRulesInputs,
  subnetIds: readonly string[],
  store: ResourceStore,
): boolean {
  if (networkRuleSet?.defaultAction !== "Deny") return true;
  return (networkRuleSet.virtualNetworkRules ?? []).some(
    ({ virtualNetworkResourceId: admitted }) =>
      subnetIds.some((id) => sameId(id, admitted)) && hasStorageEndpoint(admitted, store),
  );
}

function hasStorageEndpoint(subnetId: string, store: ResourceStore): boolean {
  const [networkId = ""] = subnetId.split(/\/subnets\//i);
  const subnet = subnetsOf(store, networkId).find(({ id }) => sameId(id, subnetId));
  return (subnet?.serviceEndpoints ?? []).some((service) => STORAGE_ENDPOINTS.has(service.toLowerCase()));
}
