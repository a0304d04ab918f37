import type { Finding } from "./finding";

/** Families of sizes without Trusted Launch (azure-compute-docs, trusted-launch.md): their names, and what to take instead. */
const WITHOUT_TRUSTED_LAUNCH: readonly { family: string; sizes: RegExp; instead: string }[] = [
  { family: "A", sizes: /^(basic|standard)_a\d/i, instead: "Standard_D2s_v5" },
  { family: "Dv2", sizes: /^standard_d\d+(-\d+)?_v2/i, instead: "Standard_DS2_v2 or Standard_D2s_v5" },
  { family: "Dv3", sizes: /^standard_d\d+(-\d+)?_v3/i, instead: "Standard_D2s_v3 or Standard_D2s_v5" },
  { family: "DC", sizes: /^standard_dc/i, instead: "Standard_D2s_v5" },
];

/** Machines are always created with Trusted Launch (secure boot and vTPM), which not every size has. */
export function checkSize(size: string, path: string): Finding[] {
  return WITHOUT_TRUSTED_LAUNCH.filter(({ sizes }) => sizes.test(size)).map(({ family, instead }) => ({
    rule: "trusted-launch-size",
    path,
    seen: `${JSON.stringify(size)}, of the family ${family}`,
    allowed: "a size with Trusted Launch: not of the families A, Dv2, Dv3 and DC",
    fix: `Take ${instead}.`,
  }));
}
