import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What a Pulumi that was killed while it created something left behind.
 *
 * The cloud has the resource, and the state knows only that its creation was begun: an `up` would create a second one
 * under another automatic name, and the first would go on serving, unknown to all. So what is there is put into the
 * state as a resource that waits for its deletion, which is what the next `up` does with it. (Pulumi's own
 * `refresh --import-pending-creates` forgets it: seen with 3.259.0.)
 *
 * @param {{ resources?: any[], pending_operations?: any[] }} deployment as `pulumi stack export` has it
 * @param {{ id: string, type: string, name: string }[]} cloud what exists
 * @returns {{ deployment: object, found: string[] } | undefined} the corrected one, and the ids; undefined when all is well
 */
export function withoutPendingCreates(deployment, cloud) {
  const pending = deployment.pending_operations ?? [];
  const creates = pending.filter(({ type }) => type === "creating");
  if (creates.length === 0) return undefined;
  const resources = deployment.resources ?? [];
  const known = new Set(resources.map(({ id }) => id).filter(Boolean));
  const left = creates.flatMap(({ resource }) =>
    cloud
      .filter((candidate) => !known.has(candidate.id) && isTheOne(candidate, resource))
      .map(({ id }) => ({ ...resource, id, delete: true })),
  );
  return {
    deployment: {
      ...deployment,
      resources: [...resources, ...left],
      pending_operations: pending.filter((operation) => !creates.includes(operation)),
    },
    found: left.map(({ id }) => id),
  };
}

/**
 * Automatic names are unique, and every name of an Azure resource is among its inputs.
 *
 * @param {{ id: string, type: string, name: string }} candidate
 * @param {{ type: string, inputs?: Record<string, unknown> }} wanted
 */
function isTheOne({ type, name, id }, { type: wantedType, inputs = {} }) {
  const group = inputs.resourceGroupName;
  return (
    type === wantedType && Object.values(inputs).includes(name) && (!group || id.includes(`/resourceGroups/${group}`))
  );
}

/** The resources that the sandbox's Azure has. */
export function sandboxResources(folder) {
  const file = join(folder, "azure", "resources.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
}

/** Whether a Pulumi works on any stack of the sandbox: its operations are pending because they are under way. */
export function isLocked(folder) {
  const locks = join(folder, "backend", ".pulumi", "locks");
  return existsSync(locks) && readdirSync(locks, { recursive: true }).some((file) => String(file).endsWith(".json"));
}
