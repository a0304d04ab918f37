/** A resource of a Pulumi stack, as a preview or an exported state shows it. */
export interface StackResource {
  urn: string;
  /** Pulumi's type token. */
  type: string;
  /** Known once it exists. */
  id?: string;
  inputs: Readonly<Record<string, unknown>>;
  /** URNs of the resources that each input came from. */
  propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** What stands in a preview for a value that only the deployment will know. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A referenced thing: a resource of the stack, or only the id of something outside of it. */
export interface Referenced {
  /** The same for everything that means the same thing; lower case. */
  key: string;
  /** The last part of its name, for people. */
  name: string;
  resource?: StackResource;
}

/** The resources of a stack, and what they refer to, by id or, before there is one, by where an input came from. */
export class StackResources {
  readonly #byUrn: ReadonlyMap<string, StackResource>;

  constructor(readonly all: readonly StackResource[]) {
    this.#byUrn = new Map(all.map((resource) => [resource.urn, resource]));
  }

  ofType(type: string): StackResource[] {
    return this.all.filter((resource) => resource.type === type);
  }

  /** What the id that stands somewhere in the property `from[property]` means: several things when it isn't known yet. */
  referenced(from: StackResource, property: string, id: unknown, type: string): Referenced[] {
    if (typeof id !== "string") return [];
    if (id !== UNKNOWN) {
      const resource = this.all.find((candidate) => candidate.id?.toLowerCase() === id.toLowerCase());
      return [resource ? inStack(resource) : { key: id.toLowerCase(), name: id.split("/").at(-1)! }];
    }
    return this.sources(from, property, type);
  }

  /** The resources of a type that a property's value came from. */
  sources(from: StackResource, property: string, type: string): Referenced[] {
    return (from.propertyDependencies[property] ?? [])
      .flatMap((urn) => this.#byUrn.get(urn) ?? [])
      .filter((resource) => resource.type === type)
      .map(inStack);
  }
}

/** The name that the program gave to a resource. */
export function nameOf(resource: StackResource): string {
  return resource.urn.split("::").at(-1)!;
}

function inStack(resource: StackResource): Referenced {
  return { key: resource.urn.toLowerCase(), name: nameOf(resource), resource };
}
