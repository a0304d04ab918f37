import {
  PartialFailure,
  diffProperties,
  sameValue,
  without,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type PackageSchema,
  type PropertyMap,
  type ReadRequest,
  type ResourceProviderImplementation,
  type UpdateRequest,
} from "../provider";
import { armId, expandSelf, pathParameters } from "./arm-id";
import { CREATE_BEFORE_DELETE } from "./autoname";
import { AzureError } from "./azure-error";
import { checkInputs } from "./check";
import { FUNCTIONS } from "./functions";
import { previewOutputs } from "./outputs";
import type { AzureResourceType } from "./resource-type";
import { RESOURCE_TYPES } from "./resource-types";
import { ResourceManager, type AzureNativeOptions } from "./resource-manager";
import { ZERO_UUID } from "./subscription";
import schemas from "./schemas.generated.json";

const SCHEMA = schemas as unknown as PackageSchema;

interface Configuration {
  subscriptionId: string;
  location: string | undefined;
}

/** Connections of which the configuration is kept: far more than engines that run at the same time. */
const KEPT_CONNECTIONS = 1000;

/** azure-native's gRPC face of the emulated Azure. */
export class AzureNativeProvider implements ResourceProviderImplementation {
  readonly name = "azure-native";
  readonly schema = SCHEMA;
  readonly #configurations = new Map<string, Configuration>();
  readonly #manager: ResourceManager;

  constructor(private readonly options: AzureNativeOptions) {
    this.#manager = new ResourceManager(options);
  }

  configure(connection: string, variables: PropertyMap): void {
    this.#configurations.set(connection, {
      subscriptionId: (variables["subscriptionId"] as string | undefined) ?? ZERO_UUID,
      location: variables["location"] as string | undefined,
    });
    const [oldest] = this.#configurations.keys();
    if (this.#configurations.size > KEPT_CONNECTIONS) this.#configurations.delete(oldest!);
  }

  check(request: CheckRequest): CheckResult {
    const { store, dataPlane } = this.options;
    const { subscriptionId, location } = this.#configuration(request.connection);
    return checkInputs(typeOf(request.type), request, { schema: SCHEMA, store, dataPlane, subscriptionId, location });
  }

  diff({ type: token, oldInputs, news }: DiffRequest): DiffResult {
    const type = typeOf(token);
    const replaceOn = new Set([...pathParameters(type.path), ...type.replaceOn]);
    const changes = diffProperties(oldInputs, news, (path) => replaceOn.has(path));
    // "West US 2" and "westus2" are the same place.
    if (plainLocation(oldInputs) === plainLocation(news)) changes.delete("location");
    const replaces = [...changes.values()].some((change) => change.replaces);
    return { changes, deleteBeforeReplace: replaces && oldInputs[CREATE_BEFORE_DELETE] !== true };
  }

  async create({ type: token, inputs, preview, connection, signal }: CreateRequest): Promise<{
    id: string;
    outputs: PropertyMap;
  }> {
    const type = typeOf(token);
    const schema = SCHEMA.resources[token]!;
    if (preview) return { id: "", outputs: previewOutputs(type, schema, inputs) };
    const id = armId(type.path, this.#configuration(connection).subscriptionId, inputs);
    const desired = storedInputs(type, inputs, id);
    const failure = await worded(this.#manager.create({ type, schema, id, inputs: desired, given: inputs }, signal));
    const outputs = this.options.store.get(id)!.outputs as PropertyMap;
    if (failure) throw new PartialFailure(id, inputs, outputs, describe(failure));
    return { id, outputs };
  }

  async update({ type: token, id, news, state, preview, signal }: UpdateRequest): Promise<{
    outputs: PropertyMap;
  }> {
    const type = typeOf(token);
    const schema = SCHEMA.resources[token]!;
    if (preview) return { outputs: previewOutputs(type, schema, news, state) };
    const desired = storedInputs(type, news, id);
    const failure = await worded(this.#manager.update({ type, schema, id, inputs: desired, given: news }, signal));
    const outputs = this.options.store.get(id)!.outputs as PropertyMap;
    if (failure) throw new PartialFailure(id, news, outputs, describe(failure));
    return { outputs };
  }

  async read({
    type: token,
    id,
    inputs,
  }: ReadRequest): Promise<{ id: string; inputs: PropertyMap; outputs: PropertyMap } | undefined> {
    const type = typeOf(token);
    const stored = this.options.store.get(id);
    if (!stored || stored.type !== token) return undefined;
    const isImport = Object.keys(inputs).length === 0;
    const current = stored.inputs as PropertyMap;
    return { id: stored.id, outputs: stored.outputs as PropertyMap, inputs: isImport ? current : refreshed() };

    /** What the program declared, but for what somebody changed since: so `$self` and secrets stay as they were written. */
    function refreshed(): PropertyMap {
      const declared = storedInputs(type, inputs, id);
      const names = new Set([...Object.keys(declared), ...Object.keys(current)]);
      const drifted = [...names].filter((name) => !sameValue(declared[name], current[name]));
      return { ...inputs, ...Object.fromEntries(drifted.map((name) => [name, current[name]])) };
    }
  }

  async delete({ type: token, id, signal }: DeleteRequest): Promise<void> {
    await worded(this.#manager.delete(typeOf(token), id, signal));
  }

  async invoke(token: string, args: PropertyMap, connection: string): Promise<PropertyMap> {
    const call = FUNCTIONS[token];
    const { store, dataPlane } = this.options;
    const { subscriptionId } = this.#configuration(connection);
    if (call) return worded((async () => call({ subscriptionId, args, store, clusters: dataPlane.clusters }))());
    throw new Error(notEmulated(token, Object.keys(FUNCTIONS)));
  }

  #configuration(connection: string): Configuration {
    return this.#configurations.get(connection) ?? { subscriptionId: ZERO_UUID, location: undefined };
  }
}

export function azureNativeProvider(options: AzureNativeOptions): ResourceProviderImplementation {
  return new AzureNativeProvider(options);
}

function typeOf(token: string): AzureResourceType {
  const type = RESOURCE_TYPES.get(token);
  if (!type) throw new Error(notEmulated(token, [...RESOURCE_TYPES.keys()]));
  return type;
}

function notEmulated(token: string, emulated: string[]): string {
  return `the sandbox does not emulate ${token} yet; emulated: ${[...emulated].sort().join(", ")}`;
}

/** Inputs as Azure keeps them: full ids, nothing of the engine's own, and no secret that no machine needs. */
function storedInputs(type: AzureResourceType, inputs: PropertyMap, id: string): PropertyMap {
  const forgotten = (type.writeOnly ?? []).filter((property) => !property.remembered);
  const kept = forgotten.reduce((rest, { path }) => without(rest, path), inputs);
  return expandSelf(Object.fromEntries(Object.entries(kept).filter(([name]) => !name.startsWith("__"))), id);
}

function plainLocation(inputs: PropertyMap): string | undefined {
  const { location } = inputs;
  return typeof location === "string" ? location.replaceAll(" ", "").toLowerCase() : undefined;
}

/** Azure's refusals in azure-native's words. */
async function worded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof AzureError ? new Error(describe(error)) : error;
  }
}

function describe(error: AzureError): string {
  return `Code="${error.code}" Message="${error.message}"`;
}
