import type { DataPlane } from "../data-plane";
import {
  UNKNOWN,
  isPlainObject,
  without,
  type PropertyMap,
  type PropertyValue,
  type ResourceSchema,
} from "../provider";
import { armName } from "./arm-id";
import type { AzureResourceType, Placement } from "./resource-type";

export type ProvisioningState = "Creating" | "Updating" | "Succeeded" | "Failed";

/** What Azure answers: the inputs that it returns, the ids of sub-resources, and what it computes. */
export function outputsOf(
  type: AzureResourceType,
  schema: ResourceSchema,
  placement: Placement,
  dataPlane: DataPlane,
  provisioningState: ProvisioningState,
): PropertyMap {
  const { id, inputs } = placement;
  const base = { ...returnedInputs(type, schema, inputs), ...subResourcesOf(type, inputs, provisioningState, id) };
  const outputs: PropertyMap = {
    ...base,
    ...(type.compute?.(placement, base, dataPlane) as PropertyMap | undefined),
    id,
    name: decodeURIComponent(armName(id)),
    type: type.armType,
    provisioningState,
    azureApiVersion: schema.apiVersion,
  };
  const known = new Set([...schema.outputs, "id"]);
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => known.has(name)));
}

/** The same for a preview, as azure-native does it: what is not an input is unknown, but name and location persist. */
export function previewOutputs(
  type: AzureResourceType,
  schema: ResourceSchema,
  inputs: PropertyMap,
  former: PropertyMap = {},
): PropertyMap {
  const unknown = Object.fromEntries(schema.outputs.map((name) => [name, UNKNOWN]));
  const stable = Object.fromEntries(
    ["name", "location"].filter((name) => former[name] !== undefined).map((name) => [name, former[name]]),
  );
  return { ...unknown, ...returnedInputs(type, schema, inputs), ...subResourcesOf(type, inputs, UNKNOWN), ...stable };
}

function returnedInputs(type: AzureResourceType, schema: ResourceSchema, inputs: PropertyMap): PropertyMap {
  const returned = Object.fromEntries(Object.entries(inputs).filter(([name]) => schema.outputs.includes(name)));
  return (type.writeOnly ?? []).reduce((rest, { path }) => without(rest, path), returned);
}

function subResourcesOf(
  type: AzureResourceType,
  inputs: PropertyMap,
  provisioningState: PropertyValue,
  parent?: string,
): PropertyMap {
  const collections = (type.subResources ?? []).filter((collection) => Array.isArray(inputs[collection]));
  return Object.fromEntries(
    collections.map((collection) => [
      collection,
      (inputs[collection] as PropertyValue[]).map((item) => {
        if (!isPlainObject(item)) return item;
        const id = parent === undefined ? UNKNOWN : `${parent}/${collection}/${item["name"] as string}`;
        return { ...item, id, provisioningState };
      }),
    ]),
  );
}
