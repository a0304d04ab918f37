import type { RecordedResource, Recording } from "@windows-ha/testing";

/**
 * Names of the custom resources on the longest chain of those that wait for one another. However many are created at
 * once, an `up` can't be shorter.
 */
export function longestChain({ resources }: Pick<Recording, "resources">): string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const chains = new Map<string, string[]>();
  const chainOf = (resource: RecordedResource): string[] => {
    const known = chains.get(resource.urn);
    if (known) return known;
    const before = resource.dependsOn.flatMap((urn) => byUrn.get(urn) ?? []).map(chainOf);
    const chain = [...longest(before), ...(resource.custom ? [resource.name] : [])];
    chains.set(resource.urn, chain);
    return chain;
  };
  return longest(resources.map(chainOf));
}

function longest(chains: readonly string[][]): string[] {
  return chains.reduce<string[]>((best, chain) => (chain.length > best.length ? chain : best), []);
}
