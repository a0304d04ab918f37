import type { RecordedResource } from "./recording";

/** Siblings stand in order of type and name, because the order of registration may vary. */
export function resourceTree(resources: readonly RecordedResource[]): string {
  const known = new Set(resources.map((resource) => resource.urn));
  const parentOf = ({ parentUrn }: RecordedResource) =>
    parentUrn !== undefined && known.has(parentUrn) ? parentUrn : undefined;

  const lines = (parent: string | undefined, depth: number): string[] =>
    resources
      .filter((resource) => parentOf(resource) === parent)
      .map((resource) => ({ resource, text: `${resource.type} ${resource.name}` }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .flatMap(({ resource, text }) => [`${"  ".repeat(depth)}${text}`, ...lines(resource.urn, depth + 1)]);

  return lines(undefined, 0).join("\n");
}
