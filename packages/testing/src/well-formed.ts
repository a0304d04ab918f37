import { AssertionError } from "node:assert";
import type { RecordedResource, Recording } from "./recording";

/** What `expectWellFormed` can't know by itself. */
export interface WellFormedOptions {
  /** Names of top-level provider resources that belong to the test, such as an existing resource group. @default none */
  fixtures?: readonly string[];
  /** The tags that the component was given, and the type tokens that take tags: all of these must have them. */
  tags?: { values: Record<string, string>; types: readonly string[] };
}

interface Context {
  resource: RecordedResource;
  parent: RecordedResource | undefined;
  options: WellFormedOptions;
  count: number;
}

/** One rule a row: what it says about a resource that breaks it, or nothing. */
const rules: ((context: Context) => string | undefined)[] = [
  ({ resource, parent, options: { fixtures = [] } }) =>
    resource.custom && parent === undefined && !fixtures.includes(resource.name)
      ? "has no parent; pass `{ parent: this }`, or name it in `fixtures` if it belongs to the test"
      : undefined,
  ({ resource, parent }) =>
    parent !== undefined && resource.name !== parent.name && !resource.name.startsWith(`${parent.name}-`)
      ? `is not named after its parent; use "${parent.name}" or "${parent.name}-<role>", or two instances collide`
      : undefined,
  ({ count }) => (count > 1 ? `is registered ${count} times under one URN; the engine refuses that` : undefined),
  ({ resource }) =>
    resource.outputsRegistered ? undefined : "never calls registerOutputs in its constructor; call it last, once",
  ({ resource, options: { tags } }) => {
    if (tags === undefined || !tags.types.includes(resource.type)) return undefined;
    const seen = resource.inputs.tags as Record<string, unknown> | undefined;
    const missing = Object.keys(tags.values).filter((key) => seen?.[key] !== tags.values[key]);
    return missing.length > 0
      ? `lacks the tags ${missing.join(", ")}; pass the component's tags to every child`
      : undefined;
  },
];

/**
 * The program's components keep the rules that every component should: provider resources have a component above
 * them, children are named after their parent, no URN stands twice, every component calls `registerOutputs`, and
 * tags reach every child that takes them.
 *
 * @throws AssertionError that lists every rule that any resource breaks
 */
export function expectWellFormed(recording: Recording, options: WellFormedOptions = {}): void {
  const byUrn = new Map<string, RecordedResource[]>();
  for (const resource of recording.resources) {
    byUrn.set(resource.urn, [...(byUrn.get(resource.urn) ?? []), resource]);
  }
  const findings = [...byUrn.values()].flatMap((same) =>
    rules.flatMap((rule) => {
      const [resource] = same as [RecordedResource];
      const parent = resource.parentUrn === undefined ? undefined : byUrn.get(resource.parentUrn)?.[0];
      const problem = rule({ resource, parent, options, count: same.length });
      return problem === undefined ? [] : [`  ${resource.type} "${resource.name}" ${problem}`];
    }),
  );
  if (findings.length === 0) return;
  throw new AssertionError({
    message: [`${findings.length} finding(s):`, ...findings].join("\n"),
    operator: "expectWellFormed",
  });
}
