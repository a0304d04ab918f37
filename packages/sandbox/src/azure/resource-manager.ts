import type { DataPlane } from "../data-plane";
import { sameValue, valuesAt, type PropertyMap, type PropertyValue, type ResourceSchema } from "../provider";
import { armName, holdsId, parentId, sameId } from "./arm-id";
import { AzureError } from "./azure-error";
import { outputsOf, type ProvisioningState } from "./outputs";
import type { ProfileEffects } from "./profile";
import { usersOf } from "./references";
import { RESOURCE_TYPES } from "./resource-types";
import type { ResourceStore, StoredResource } from "./resource-store";
import type { AzureResourceType } from "./resource-type";

export interface AzureNativeOptions {
  store: ResourceStore;
  dataPlane: DataPlane;
  /** Takes one line per operation that changes something. */
  log: (line: string) => void;
  /** Latency and faults. */
  profile: ProfileEffects;
}

interface Desired {
  type: AzureResourceType;
  schema: ResourceSchema;
  id: string;
  inputs: PropertyMap;
  /** The inputs as they were given, with what isn't kept of them. */
  given: PropertyMap;
}

/** The emulated Azure Resource Manager: it keeps what it accepts, and has the machines follow. */
export class ResourceManager {
  /** Operations on the same resource follow one another, whoever asks for them. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(private readonly options: AzureNativeOptions) {}

  /**
   * @returns why the resource, which exists now, isn't as it was asked for
   * @throws AzureError when nothing was created
   */
  create(desired: Desired, signal: AbortSignal): Promise<AzureError | undefined> {
    return this.#inTurn(desired.id, "create", async () => {
      await this.options.profile.before(desired.type.token, "create", signal);
      if (this.options.store.get(desired.id))
        throw new Error(`cannot create already existing resource '${desired.id}'`);
      this.#refuse(desired);
      return this.#put(desired, "Creating");
    });
  }

  /** Like `create`, for a resource that is there. */
  update(desired: Desired, signal: AbortSignal): Promise<AzureError | undefined> {
    return this.#inTurn(desired.id, "update", async () => {
      await this.options.profile.before(desired.type.token, "update", signal);
      const former = this.options.store.get(desired.id);
      if (!former) throw resourceNotFound(desired.type, desired.id);
      refuseChange(desired, former);
      this.#refuse(desired);
      return this.#put(desired, "Updating", former);
    });
  }

  /** What isn't there is deleted already. */
  delete(type: AzureResourceType, id: string, signal: AbortSignal): Promise<void> {
    return this.#inTurn(id, "delete", async () => {
      const { store, profile } = this.options;
      await profile.before(type.token, "delete", signal);
      const resource = store.get(id);
      if (!resource) return;
      const users = usersOf(store, id);
      const refusal =
        type.refuseRemoval?.(resource, store) ??
        (users.length > 0 ? type.refuseDeletion?.(resource, users) : undefined);
      if (refusal) throw refusal;
      await this.#remove(id);
    });
  }

  async #put(desired: Desired, state: ProvisioningState, former?: StoredResource): Promise<AzureError | undefined> {
    const { dataPlane, store } = this.options;
    await desired.type.provide?.({ id: desired.id, inputs: desired.inputs, store }, dataPlane, desired.given);
    const owner = desired.type.machinesOf?.(desired, store);
    const resource = this.#keep(desired, owner === undefined ? "Succeeded" : state);
    if (former) this.#releaseAddresses(former, resource);
    try {
      if (owner !== undefined) await dataPlane.putMachines(store.get(owner)!);
      this.options.profile.after(desired.type.token, former ? "update" : "create");
    } catch (error) {
      this.#keep(desired, "Failed");
      return error instanceof AzureError ? error : new AzureError("InternalExecutionError", (error as Error).message);
    }
    if (owner !== undefined) this.#keep(desired, "Succeeded");
    return undefined;
  }

  #keep({ type, schema, id, inputs }: Desired, state: ProvisioningState): StoredResource {
    const { store, dataPlane } = this.options;
    const outputs = outputsOf(type, schema, { id, inputs, store }, dataPlane, state);
    const resource = { id, type: type.token, name: armName(id), inputs, outputs };
    store.put(resource);
    return resource;
  }

  /** Everything that Azure's present state speaks against. */
  #refuse({ type, id, inputs }: Desired): void {
    const { store } = this.options;
    if (type.location !== "none" && inputs["location"] === undefined) {
      throw new AzureError("LocationRequired", "The location property is required for this definition.");
    }
    const parent = type.holder?.(id) ?? parentId(id);
    if (parent !== undefined && !store.get(parent) && !type.madeByAzure?.test(parent))
      throw parentNotFound(type, id, parent);
    const refusal = type.refusePlacement?.({ id, inputs, store });
    if (refusal) throw refusal;
  }

  /** Removes a resource and what it holds: machines first, then what they used. */
  async #remove(id: string): Promise<void> {
    const { store, dataPlane } = this.options;
    const isSetting = RESOURCE_TYPES.get(store.get(id)!.type)?.isSetting ?? false;
    const held = store.list().filter((resource) => (isSetting ? sameId : holdsId)(id, resource.id));
    const ownerOf = (resource: StoredResource) => RESOURCE_TYPES.get(resource.type)?.machinesOf?.(resource, store);
    const owners = held.filter((resource) => ownerOf(resource) === resource.id);
    for (const resource of owners) {
      await dataPlane.deleteMachines(resource);
      store.delete(resource.id);
      const along = RESOURCE_TYPES.get(resource.type)?.deletesAlong?.(resource) ?? [];
      for (const other of along) if (store.get(other)) await this.#remove(other);
    }
    for (const resource of held.filter((candidate) => !owners.includes(candidate)).reverse()) {
      const owner = ownerOf(resource);
      this.#releaseAddresses(resource);
      store.delete(resource.id);
      const remains = RESOURCE_TYPES.get(resource.type)?.remains?.(resource);
      if (remains && !holdsId(id, remains.id)) store.put(remains);
      const machines = owner === undefined ? undefined : store.get(owner);
      if (machines) await dataPlane.putMachines(machines);
    }
  }

  #releaseAddresses(former: StoredResource, current?: StoredResource): void {
    const type = RESOURCE_TYPES.get(former.type);
    const kept = new Set(current ? type?.addressOwners?.(current) : []);
    for (const owner of type?.addressOwners?.(former) ?? []) {
      if (!kept.has(owner)) this.options.dataPlane.releaseAddress(owner);
    }
  }

  async #inTurn<T>(id: string, operation: string, work: () => Promise<T>): Promise<T> {
    const key = id.toLowerCase();
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work, work);
    this.#last.set(key, turn);
    try {
      const result = await turn;
      this.options.log(`${operation} ${id}: ${result instanceof AzureError ? `failed: ${result.message}` : "done"}`);
      return result;
    } catch (error) {
      this.options.log(`${operation} ${id}: refused: ${(error as Error).message}`);
      throw error;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}

function refuseChange({ type, id, inputs }: Desired, former: StoredResource): void {
  for (const immutable of type.immutables ?? []) {
    const { path, code, message } = immutable;
    const [before] = valuesAt(former.inputs as PropertyMap, path) as [PropertyValue?];
    const [after] = valuesAt(inputs, path) as [PropertyValue?];
    if (sameValue(before, after) || immutable.refuses?.(before, after) === false) continue;
    throw new AzureError(
      code,
      `${message} (${id}: ${path} is ${JSON.stringify(before)}, wanted ${JSON.stringify(after)})`,
    );
  }
}

function resourceNotFound(type: AzureResourceType, id: string): AzureError {
  const group = id.split("/")[4];
  return new AzureError(
    "ResourceNotFound",
    `The Resource '${type.armType}/${armName(id)}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

function parentNotFound(type: AzureResourceType, id: string, parent: string): AzureError {
  const group = id.split("/")[4]!;
  if (parent.split("/").length <= 5) {
    return new AzureError("ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  }
  const kind = type.armType.slice(type.armType.indexOf("/") + 1);
  return new AzureError(
    "ParentResourceNotFound",
    `Failed to perform 'write' on resource(s) of type '${kind}', because the parent resource '${parent}' could not be found.`,
  );
}
