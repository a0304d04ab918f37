import type { ResourceState } from "../input/document";
import type { PlannedStack } from "./stack";

/** Who depends on a resource, directly and indirectly. */
export class Dependents {
  readonly #direct = new Map<string, Set<string>>();

  constructor({ before, after }: PlannedStack) {
    for (const resource of [...before.values(), ...after.values()]) {
      for (const dependency of dependenciesOf(resource)) {
        const users = this.#direct.get(dependency) ?? new Set();
        this.#direct.set(dependency, users.add(resource.urn));
      }
    }
  }

  /** URNs in the order of the distance, then of the URN. */
  of(urn: string): string[] {
    const found = new Set<string>();
    let round = [urn];
    while (round.length > 0) {
      const next = round
        .flatMap((one) => [...(this.#direct.get(one) ?? [])])
        .filter((one) => one !== urn && !found.has(one));
      round = [...new Set(next)].sort();
      for (const one of round) found.add(one);
    }
    return [...found];
  }
}

/** What a resource waits for. */
export function dependenciesOf({
  dependencies,
  propertyDependencies,
}: Pick<ResourceState, "dependencies" | "propertyDependencies">): string[] {
  return [...new Set([...dependencies, ...Object.values(propertyDependencies).flat()])].sort();
}
