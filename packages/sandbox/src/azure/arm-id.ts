import type { PropertyMap } from "../provider";

/** The names of the parameters in an ARM path, for example `resourceGroupName`; the last one is the resource's name. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).filter((name) => name !== "subscriptionId");
}

/** Parameters that are ids themselves: of what the resource is laid upon. */
const IDS = new Set(["scope", "resourceUri"]);

/** The id of the resource that these inputs describe. */
export function armId(path: string, subscriptionId: string, inputs: PropertyMap): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === "subscriptionId") return subscriptionId;
    const value = inputs[name] as string;
    return IDS.has(name) ? value.replace(/^\//, "") : encodeURIComponent(value);
  });
}

/** The id of the resource that holds this one; undefined for a resource group. */
export function parentId(id: string): string | undefined {
  const segments = id.split("/");
  if (segments.length <= 5) return undefined;
  const isTopLevel = segments[segments.length - 4]?.toLowerCase() === "providers";
  return segments.slice(0, isTopLevel ? -4 : -2).join("/");
}

/** The last part of an id or reference. */
export function armName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

export function sameId(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Whether the second id is the first one or lies inside of it. */
export function holdsId(outer: string, inner: string): boolean {
  return sameId(outer, inner) || inner.toLowerCase().startsWith(`${outer.toLowerCase()}/`);
}

/** Replaces azure-native's `$self/...` by the resource's own id. */
export function expandSelf<T>(value: T, id: string): T {
  if (typeof value === "string") return (value.startsWith("$self/") ? id + value.slice("$self".length) : value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => expandSelf(item, id)) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, expandSelf(member, id)])) as T;
}
