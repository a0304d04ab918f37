import { AssertionError } from "node:assert";
import { compare, type MatchContext } from "./matcher";
import { listMismatches, type Mismatch } from "./mismatch";
import { isInside, type Path } from "./path";
import type { RecordedResource, Recording } from "./recording";
import { resourceTree } from "./resource-tree";

/** Compares one resource, and keeps captured values only if all of it matches. */
function matchResource(resource: RecordedResource, whole: boolean, wanted: unknown): Mismatch[] {
  const kept: (() => void)[] = [];
  const context: MatchContext = {
    isSecret: (path) => isInside(whole ? path.slice(1) : path, secretPaths(resource, whole ? path : ["inputs"])),
    capture: (keep) => kept.push(keep),
  };
  const found = compare(whole ? resource : resource.inputs, wanted, [], context, "like");
  if (found.length === 0) kept.forEach((keep) => keep());
  return found;
}

function secretPaths(resource: RecordedResource, path: Path): string[] {
  if (path[0] === "inputs") return resource.secretPaths;
  return path[0] === "outputs" ? resource.outputSecretPaths : [];
}

const places = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function fail(message: string, operator: string): never {
  throw new AssertionError({ message, operator, stackStartFn: fail });
}

/**
 * Assertions about what a program registered. A wanted shape is plain data, in which objects may have further
 * properties, or a {@link Match}. A failed assertion throws `AssertionError` of `node:assert`, which every test
 * runner shows; it names the closest resource and the first differences, and never shows a secret.
 */
export class Template {
  private constructor(private readonly recording: Recording) {}

  /** Assertions about `recording`. */
  static of(recording: Recording): Template {
    return new Template(recording);
  }

  /** Exactly `count` resources have this type token. */
  resourceCountIs(type: string, count: number): void {
    const seen = this.ofType(type).length;
    if (seen !== count)
      fail(`wanted ${places(count, "resource")} of type ${type}, seen ${seen}\n${this.typesSeen()}`, "resourceCountIs");
  }

  /** Exactly `count` resources of this type have inputs of this shape. */
  resourcePropertiesCountIs(type: string, wanted: unknown, count: number): void {
    const seen = this.findResources(type, wanted);
    if (seen.length === count) return;
    const names = seen.map((resource) => `"${resource.name}"`).join(", ");
    const detail = seen.length > count ? `: ${names}` : `\n${this.closest(type, false, wanted)}`;
    fail(
      `wanted ${places(count, "resource")} of type ${type} with these inputs, seen ${seen.length}${detail}`,
      "resourcePropertiesCountIs",
    );
  }

  /**
   * At least one resource of this type looks like this as a whole: inputs, outputs, options, names.
   * @example template.hasResource("azure-native:keyvault:Vault", { protect: true, inputs: { tags: Match.anyValue() } })
   */
  hasResource(type: string, wanted: unknown): void {
    this.need(type, true, wanted, "hasResource");
  }

  /** At least one resource of this type has inputs of this shape. */
  hasResourceInputs(type: string, wanted: unknown): void {
    this.need(type, false, wanted, "hasResourceInputs");
  }

  /** There is at least one resource of this type, and all of them have inputs of this shape. */
  allResourcesInputs(type: string, wanted: unknown): void {
    const all = this.ofType(type);
    if (all.length === 0) fail(`no resource of type ${type}\n${this.typesSeen()}`, "allResourcesInputs");
    const failing = all
      .map((resource) => ({ resource, mismatches: matchResource(resource, false, wanted) }))
      .filter(({ mismatches }) => mismatches.length > 0);
    if (failing.length === 0) return;
    const lines = failing.map(({ resource, mismatches }) => `  "${resource.name}"\n${listMismatches(mismatches)}`);
    fail(`${failing.length} of ${all.length} ${type} have other inputs:\n${lines.join("\n")}`, "allResourcesInputs");
  }

  /** The resources of this type whose inputs have this shape, in order of registration. */
  findResources(type: string, wanted: unknown = {}): RecordedResource[] {
    return this.ofType(type).filter((resource) => matchResource(resource, false, wanted).length === 0);
  }

  /** The only resource of this type whose inputs have this shape. @throws AssertionError if there is none or several */
  findResource(type: string, wanted: unknown = {}): RecordedResource {
    const [first, ...others] = this.findResources(type, wanted);
    if (first === undefined) fail(this.closest(type, false, wanted), "findResource");
    if (others.length === 0) return first;
    const names = [first, ...others].map((resource) => resource.name).join(", ");
    fail(`wanted one ${type}, seen ${others.length + 1}: ${names}`, "findResource");
  }

  /** All resources as an indented tree of type and name, the same for every run. */
  tree(): string {
    return resourceTree(this.recording.resources);
  }

  /** The URNs of all resources, sorted. */
  urns(): string[] {
    return this.recording.resources.map((resource) => resource.urn).sort();
  }

  private ofType(type: string): RecordedResource[] {
    return this.recording.resources.filter((resource) => resource.type === type);
  }

  private need(type: string, whole: boolean, wanted: unknown, operator: string): void {
    // Not `some`: a Capture takes the value of every resource that matches.
    const matching = this.ofType(type).filter((resource) => matchResource(resource, whole, wanted).length === 0);
    if (matching.length === 0) fail(this.closest(type, whole, wanted), operator);
  }

  private closest(type: string, whole: boolean, wanted: unknown): string {
    const candidates = this.ofType(type)
      .map((resource) => ({ resource, mismatches: matchResource(resource, whole, wanted) }))
      .filter(({ mismatches }) => mismatches.length > 0)
      .sort((a, b) => a.mismatches.length - b.mismatches.length);
    const [best] = candidates;
    if (best === undefined) return `no other resource of type ${type}\n${this.typesSeen()}`;
    return (
      `no match among ${places(candidates.length, "resource")} of type ${type}; ` +
      `closest is "${best.resource.name}" (${best.resource.urn})\n${listMismatches(best.mismatches)}`
    );
  }

  private typesSeen(): string {
    const counts = new Map<string, number>();
    for (const { type } of this.recording.resources) counts.set(type, (counts.get(type) ?? 0) + 1);
    if (counts.size === 0) return "  The program registered no resources.";
    return ["  Types seen:", ...[...counts].sort().map(([type, count]) => `    ${count} × ${type}`)].join("\n");
  }
}
