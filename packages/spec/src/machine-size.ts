import type { Finding } from "./finding";

/** Families of sizes without Trusted Launch (azure-compute-docs, trusted-launch.md): their names, and what to take instead. */
const WITHOUT_TRUSTED_LAUNCH: readonly { family: string; sizes: RegExp; instead: string }[] = [
  { family: "A", sizes: /^(basic|standard)_a\d/i, instead: "Standard_D2s_v5" },
  { family: "Dv2", sizes: /^standard_d\d+(-\d+)?_v2/i, instead: "Standard_DS2_v2 or Standard_D2s_v5" },
  { family: "Dv3", sizes: /^standard_d\d+(-\d+)?_v3/i, instead: "Standard_D2s_v3 or Standard_D2s_v5" },
  { family: "DC", sizes: /^standard_dc/i, instead: "Standard_D2s_v5" },
];

/** A "p" behind the number of processors says ARM (azure-compute-docs, vm-naming-conventions.md): Standard_D2ps_v5. */
const ARM64_SIZES = /^standard_[a-z]+\d+(-\d+)?p/i;

function checkProcessor(size: string, path: string): Finding[] {
  if (!ARM64_SIZES.test(size)) return [];
  return [
    {
      rule: "arm64-size",
      path,
      seen: `${JSON.stringify(size)}, with ARM processors`,
      allowed: "a size with processors of AMD or Intel, which Windows Server, the agent and the service are built for",
      fix: "Take Standard_D2s_v5.",
    },
  ];
}

/** What a machine can't be: they are created with Trusted Launch (secure boot and vTPM), which not every size has. */
export function checkSize(size: string, path: string): Finding[] {
  const refused = WITHOUT_TRUSTED_LAUNCH.filter(({ sizes }) => sizes.test(size)).map(({ family, instead }) => ({
    rule: "trusted-launch-size",
    path,
    seen: `${JSON.stringify(size)}, of the family ${family}`,
    allowed: "a size with Trusted Launch: not of the families A, Dv2, Dv3 and DC",
    fix: `Take ${instead}.`,
  }));
  return [...refused, ...checkProcessor(size, path)];
}
