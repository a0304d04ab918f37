import type { Finding } from "./model-reader";

/** A finding that is known and right to leave: what the client library says differs from what Azure takes. */
export interface Exemption {
  type: string;
  rule: Finding["rule"];
  /** Path in azure-native's inputs. */
  path: string;
  /** The very value that is exempt, when the finding is about one. */
  value?: unknown;
  /** Why, with a source. */
  reason: string;
}

const STANDARD_V2 =
  "zone-redundant; in the enumeration from API version 2024-07-01 on (tflint-ruleset-azurerm#490), while azure-native " +
  "speaks 2024-05-01: whether Azure takes it under this version is for the suite on a real subscription to show";

/** Reviewed by hand. A row that no emitted body needs fails the tests. */
export const EXEMPTIONS: readonly Exemption[] = [
  {
    type: "azure-native:compute:VirtualMachine",
    rule: "value",
    path: "hardwareProfile.vmSize",
    value: "Standard_D2s_v5",
    reason:
      "the enumeration of sizes is deprecated and ended before the v5 sizes; the specification says to list what a " +
      "region offers instead",
  },
  {
    type: "azure-native:network:NatGateway",
    rule: "value",
    path: "sku.name",
    value: "StandardV2",
    reason: STANDARD_V2,
  },
  {
    type: "azure-native:network:PublicIPAddress",
    rule: "value",
    path: "sku.name",
    value: "StandardV2",
    reason: STANDARD_V2,
  },
];

export function exemptionOf(type: string, finding: Finding): Exemption | undefined {
  return EXEMPTIONS.find(
    (row) => row.type === type && row.rule === finding.rule && row.path === finding.path && row.value === finding.value,
  );
}
