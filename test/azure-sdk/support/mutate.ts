import { examine, type EmittedResource } from "./examine";
import { changeAt, keysOf, type Key } from "./path";

/** A place in a resource's inputs where Azure takes one thing only. */
export interface Spot {
  resource: EmittedResource;
  path: Key[];
}

export type Mutation = "rename" | "retype";

/** What lies in maps, whose names only the receiver knows. */
const MAPS = /^(tags|nodeLabels|addonProfiles\.\w+\.config)\./;

/**
 * Every leaf that a mistake could hit. Left out is what nobody but the receiver can judge: settings of extensions, for
 * which Azure takes any object, and the names of tags and of other maps.
 */
export async function spotsOf(resource: EmittedResource): Promise<Spot[]> {
  const { leaves } = await examine(resource);
  return leaves
    .filter(({ free, path }) => !free && path !== "location" && !MAPS.test(path))
    .map(({ path }) => ({ resource, path: keysOf(path) }));
}

/** A copy of the resource in which one leaf has another name or another type. */
export function mutate({ resource, path }: Spot, mutation: Mutation): EmittedResource {
  const inputs = structuredClone(resource.inputs);
  const key = path.at(-1)!;
  if (mutation === "retype" || typeof key === "number") {
    changeAt(inputs, path, (value) => (typeof value === "string" ? 4711 : String(value)));
  } else {
    let moved: unknown;
    changeAt(inputs, path, (value) => void (moved = value));
    changeAt(inputs, [...path.slice(0, -1), `${key}Renamed`], () => moved);
  }
  return { type: resource.type, name: resource.name, inputs };
}
