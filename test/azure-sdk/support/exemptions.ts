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

/** Reviewed by hand. A row that no emitted body needs fails the tests. */
export const EXEMPTIONS: readonly Exemption[] = [
  {
    type: "azure-native:containerservice:AgentPool",
    rule: "value",
    path: "osSKU",
    value: "Windows2025",
    reason: "AKS has it from Kubernetes 1.32 (azure-aks-docs, upgrade-windows-os.md); the enumeration came after it",
  },
  {
    type: "azure-native:compute:VirtualMachine",
    rule: "value",
    path: "hardwareProfile.vmSize",
    value: "Standard_D2s_v5",
    reason:
      "the enumeration of sizes is deprecated and ended before the v5 sizes; the specification says to list what a " +
      "region offers instead",
  },
];

export function exemptionOf(type: string, finding: Finding): Exemption | undefined {
  return EXEMPTIONS.find(
    (row) => row.type === type && row.rule === finding.rule && row.path === finding.path && row.value === finding.value,
  );
}
