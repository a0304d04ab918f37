import {
  UNKNOWN,
  emulatedTypes,
  diffProperties,
  type CreateRequest,
  type DiffRequest,
  type DiffResult,
  type PackageSchema,
  type PropertyMap,
  type ReadRequest,
  type ResourceProviderImplementation,
} from "../provider";
import { RANDOM_TYPES } from "./resource-types";
import schemas from "./schemas.generated.json";

const SCHEMA = schemas as unknown as PackageSchema;
const { typeOf, check } = emulatedTypes(SCHEMA, RANDOM_TYPES);

/**
 * Values that are drawn once and then kept by Pulumi's state, as the official provider does it: every change of an
 * input draws anew.
 */
export function randomProvider(): ResourceProviderImplementation {
  return {
    name: "random",
    schema: SCHEMA,
    configure: () => {},
    check,
    diff,
    create,
    read,
    update: ({ urn }) => Promise.reject(new Error(`${urn}: every change replaces a random value`)),
    delete: () => Promise.resolve(),
    invoke: (token) => Promise.reject(new Error(`the sandbox does not emulate ${token} yet; emulated: no functions`)),
  };
}

function diff({ oldInputs, news }: DiffRequest): DiffResult {
  return { changes: diffProperties(oldInputs, news, () => true), deleteBeforeReplace: false };
}

async function create({ type: token, inputs, preview }: CreateRequest): Promise<{ id: string; outputs: PropertyMap }> {
  const type = typeOf(token);
  if (!preview) return type.generate(inputs);
  const unknown = SCHEMA.resources[token]!.outputs.map((name) => [name, UNKNOWN] as const);
  return { id: "", outputs: { ...Object.fromEntries(unknown), ...inputs } };
}

async function read({
  type: token,
  id,
  inputs,
  state,
}: ReadRequest): ReturnType<ResourceProviderImplementation["read"]> {
  const type = typeOf(token);
  return Object.keys(state).length === 0 ? type.restore(id) : { id, inputs, outputs: state };
}
