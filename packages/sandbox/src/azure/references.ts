import { armName, holdsId, parentId } from "./arm-id";
import { AzureError } from "./azure-error";
import type { ResourceStore, StoredResource } from "./resource-store";

/** The other resources that refer to this one or to something inside of it. */
export function usersOf(store: ResourceStore, id: string): StoredResource[] {
  return store.list().filter((other) => !holdsId(id, other.id) && refersTo(other.inputs, id));
}

function refersTo(value: unknown, id: string): boolean {
  if (typeof value === "string") return holdsId(id, value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((member) => refersTo(member, id));
}

/** Whether a referenced id exists: as a resource, or declared inside its parent. */
export function exists(store: ResourceStore, id: string): boolean {
  if (store.get(id)) return true;
  const parent = parentId(id);
  const holder = parent ? store.get(parent) : undefined;
  const collection = id.split("/").at(-2)?.toLowerCase();
  return Object.entries(holder?.inputs ?? {}).some(
    ([name, members]) =>
      name.toLowerCase() === collection &&
      Array.isArray(members) &&
      members.some((member: { name?: string }) => member.name?.toLowerCase() === armName(id).toLowerCase()),
  );
}

/** The refusal for a reference to something that isn't there. */
export function missingReference(
  store: ResourceStore,
  referrer: string,
  ids: readonly (string | undefined)[],
): AzureError | undefined {
  const missing = ids.find((id) => id !== undefined && !exists(store, id));
  if (missing === undefined) return undefined;
  return new AzureError(
    "InvalidResourceReference",
    `Resource ${missing} referenced by resource ${referrer} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
  );
}
