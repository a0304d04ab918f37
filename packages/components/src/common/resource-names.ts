import type { Finding, Resolved } from "@windows-ha/spec";

/** Azure's longest names (Microsoft, "Naming rules and restrictions for Azure resources"); others of ours are longer. */
const MOST = {
  machine: 64,
  scaleSet: 64,
  kubernetesCluster: 63,
  virtualNetwork: 64,
  /** A network whose cluster has an overlay (azure-aks-docs, azure-cni-overlay.md). */
  overlayNetwork: 63,
  privateEndpoint: 64,
  networkPart: 80,
  disk: 80,
} as const;

/** What azure-native adds to a resource's own name. */
const SUFFIX_LENGTH = 8;

/** Characters of a resource's name in Azure that Pulumi makes of this one. */
export function autoNameLength(name: string): number {
  return name.length + SUFFIX_LENGTH;
}

/** A resource that gets its name from a component's. */
export interface NamedPart {
  kind: keyof typeof MOST;
  name: string;
}

/** What an identity takes; the other resources take dots besides. */
const PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/**
 * Adds what is wrong with a component's name, which Azure would say in the middle of a deployment.
 *
 * @param partsOf the resources that it becomes part of, as far as they may get too long
 */
export function withName<Spec>(
  name: string,
  resolved: Resolved<Spec>,
  partsOf: (spec: Spec) => readonly NamedPart[],
): Resolved<Spec> {
  const tooLong = resolved.spec === undefined ? [] : lengthFindings(name, partsOf(resolved.spec));
  const findings = [...characterFindings(name), ...tooLong];
  return findings.length === 0 ? resolved : { spec: undefined, findings: [...resolved.findings, ...findings] };
}

const PATH = { rule: "resource-name", path: "name" };

function characterFindings(name: string): Finding[] {
  if (PATTERN.test(name)) return [];
  return [
    {
      ...PATH,
      seen: JSON.stringify(name),
      allowed: "letters (a to z), digits, hyphens and underscores, a letter or digit first: it stands in Azure's names",
      fix: "Give the component another name.",
    },
  ];
}

function lengthFindings(name: string, parts: readonly NamedPart[]): Finding[] {
  const [longest] = parts
    .map((part) => ({ ...part, excess: autoNameLength(part.name) - MOST[part.kind] }))
    .sort((a, b) => b.excess - a.excess);
  if (!longest || longest.excess <= 0) return [];
  return [
    {
      ...PATH,
      seen: `${JSON.stringify(name)} (${name.length} characters)`,
      allowed: `at most ${Math.max(0, name.length - longest.excess)} characters here: Azure takes ${MOST[longest.kind]} for ${JSON.stringify(longest.name)} and the ${SUFFIX_LENGTH} that Pulumi adds`,
      fix: "Give the component a shorter name.",
    },
  ];
}
