import { contains, parseCidr } from "./cidr";
import type { Finding } from "./finding";

/**
 * Azure refuses a rule in which one range lies within another (`OverlappingSubnetsNotPermittedInSecurityRule`). Two
 * ranges of addresses are either apart, or one of them holds the other.
 */
export function checkOverlappingSources(sources: readonly string[], path: string): Finding[] {
  const ranges = sources.map((source) => parseCidr(source));
  return ranges.flatMap((range, index): Finding[] => {
    if (!range) return [];
    const holder = ranges.findIndex(
      (other, position) =>
        other !== undefined &&
        position !== index &&
        contains(other, range) &&
        // Of two that are the same, the later one is too many.
        (position < index || !contains(range, other)),
    );
    if (holder < 0) return [];
    return [
      {
        rule: "overlapping-sources",
        path: `${path}[${index}]`,
        seen: `${JSON.stringify(sources[index])}, which ${path}[${holder}] (${JSON.stringify(sources[holder])}) holds already`,
        allowed: "ranges apart from each other: Azure refuses a rule with ranges that overlap",
        fix: `Remove ${path}[${index}]: the rule stays the same; or narrow ${path}[${holder}].`,
      },
    ];
  });
}
