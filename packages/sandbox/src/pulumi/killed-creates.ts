import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { armId, pathParameters, sameId } from "../azure/arm-id";
import { RESOURCE_TYPES } from "../azure/resource-types";
import { readJson } from "../files";
import type { SandboxLayout } from "../layout";
import { SandboxError } from "../sandbox-error";
import { readLocks } from "./stale-locks";

/** A stack that was brought to the truth after a Pulumi was killed in the middle of a creation. */
export interface RecoveredStack {
  /** `organization/<project>/<stack>` as Pulumi names it. */
  stack: string;
  /** ARM ids of what exists, and is deleted by the next `up`. */
  found: string[];
}

interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  [property: string]: unknown;
}

interface Operation {
  type: string;
  resource: StateResource;
}

/** A stack's state, of which the rest stays as it is. */
export interface Deployment {
  resources?: StateResource[];
  pending_operations?: Operation[];
  [property: string]: unknown;
}

/** What the emulated Azure has. */
type Existing = Pick<StateResource, "type"> & { id: string };

/**
 * Corrects the stacks on which a killed Pulumi left a creation half-way, through Pulumi's own export and import. A
 * stack that is locked is at work, and left alone.
 *
 * @param env the environment of `exec`
 * @throws SandboxError when Pulumi refuses: an `up` would create everything once more
 */
export function recoverKilledCreates(layout: SandboxLayout, env: NodeJS.ProcessEnv): RecoveredStack[] {
  const suspects = stacksOf(layout).filter(({ deployment }) => creationsOf(deployment).length > 0);
  // After the states: a Pulumi that began one of these creations and lives has the lock since before.
  const locked = new Set(readLocks(layout).map(({ stack }) => stack));
  return suspects.flatMap(({ stack }) => {
    if (locked.has(stack)) return [];
    const state = JSON.parse(pulumi(layout, env, ["stack", "export", "--stack", stack])) as { deployment: Deployment };
    const recovered = withoutKilledCreates(state.deployment, readJson<Existing[]>(layout.resources) ?? []);
    if (!recovered) return [];
    const corrected = JSON.stringify({ ...state, deployment: recovered.deployment });
    pulumi(layout, env, ["stack", "import", "--stack", stack], corrected);
    return [{ stack, found: recovered.found }];
  });
}

/**
 * The state without creations that were begun and never ended.
 *
 * The cloud may have the resource, of which the state has only the beginning: an `up` would create a second one under
 * another automatic name, and the first would go on serving, unknown to all. So what is there is put into the state as
 * a resource that waits for its deletion, which is what the next `up` begins with. (Pulumi's own
 * `refresh --import-pending-creates` forgets it: seen with 3.259.0.)
 *
 * @returns undefined when nothing is to be corrected
 */
export function withoutKilledCreates(
  deployment: Deployment,
  existing: readonly Existing[],
): { deployment: Deployment; found: string[] } | undefined {
  const creations = creationsOf(deployment);
  if (creations.length === 0) return undefined;
  const { resources = [], pending_operations: pending = [] } = deployment;
  const known = new Set(resources.map(({ id }) => id?.toLowerCase()));
  const left = creations.flatMap(({ resource }) => {
    const created = existing.find(
      (candidate) => !known.has(candidate.id.toLowerCase()) && describes(resource, candidate),
    );
    // Whatever was to protect it: nothing has been put into it yet, and its name may be needed.
    return created ? [{ ...resource, id: created.id, delete: true, protect: false, retainOnDelete: false }] : [];
  });
  return {
    deployment: {
      ...deployment,
      resources: [...resources, ...left],
      pending_operations: pending.filter((operation) => !creations.includes(operation)),
    },
    found: left.map(({ id }) => id),
  };
}

function creationsOf({ pending_operations: pending = [] }: Deployment): Operation[] {
  return pending.filter(({ type }) => type === "creating");
}

/** A resource's id follows from its inputs, also the names that Pulumi chose. */
function describes({ type, inputs = {} }: StateResource, candidate: Existing): boolean {
  const path = RESOURCE_TYPES.get(type)?.path;
  if (path === undefined || type !== candidate.type) return false;
  if (!pathParameters(path).every((name) => typeof inputs[name] === "string")) return false;
  const [, , subscriptionId] = candidate.id.split("/");
  return sameId(candidate.id, armId(path, subscriptionId!, inputs as Record<string, string>));
}

function stacksOf({ backend }: SandboxLayout): { stack: string; deployment: Deployment }[] {
  const folder = join(backend, ".pulumi", "stacks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .flatMap((path) => {
      const file = readJson<{ checkpoint?: { latest?: Deployment } }>(join(folder, path));
      const stack = `organization/${path.replaceAll("\\", "/").replace(/\.json$/, "")}`;
      return file?.checkpoint?.latest ? [{ stack, deployment: file.checkpoint.latest }] : [];
    });
}

function pulumi({ backend }: SandboxLayout, env: NodeJS.ProcessEnv, args: string[], input = ""): string {
  const { status, stdout, stderr, error } = spawnSync("pulumi", [...args, "--non-interactive"], {
    env,
    cwd: backend,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status === 0) return stdout;
  throw new SandboxError(
    "unusable",
    `an earlier Pulumi was killed while it created something, and \`pulumi ${args.join(" ")}\`, which makes the state true again, failed: ${error?.message ?? stderr.trim()}`,
  );
}
