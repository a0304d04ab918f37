import type { CompositeMapper, Mapper, Serializer } from "@azure/core-client";

/** One property of a model, as the mapper describes it. */
export interface ModelProperty {
  /** Name in the client's model. */
  modelName: string;
  mapper: Mapper;
  /** Where it stands in the body: `["properties", "priority"]` is flattened. */
  place: string[];
}

/** Full mapper of a reference by class name. */
export function complete(serializer: Serializer, mapper: CompositeMapper): CompositeMapper {
  if (mapper.type.modelProperties) return mapper;
  const found = serializer.modelMappers[mapper.type.className!] as CompositeMapper | undefined;
  if (!found) throw new Error(`No mapper describes ${mapper.type.className}.`);
  return found;
}

/**
 * A model's properties by the names that azure-native can give them: the name in the body, or the specification's name
 * for programs (`enableHttpsTrafficOnly`), which the client library takes as the model's.
 */
export function propertiesOf(mapper: CompositeMapper): Map<string, ModelProperty> {
  const all = Object.entries(mapper.type.modelProperties ?? {}).map(([modelName, property]): ModelProperty => ({
    modelName,
    mapper: property,
    place: splitName(property.serializedName ?? modelName),
  }));
  const properties = new Map<string, ModelProperty>();
  for (const property of all) {
    const name = property.place.at(-1)!;
    if (wins(property, properties.get(name))) properties.set(name, property);
  }
  for (const property of all) {
    if (!properties.has(property.modelName)) properties.set(property.modelName, property);
  }
  return properties;
}

/** An extension has a `type` that Azure sets and another that is flattened into it: azure-native takes the latter. */
function wins(property: ModelProperty, former: ModelProperty | undefined): boolean {
  if (!former || former.mapper.readOnly) return true;
  return !property.mapper.readOnly && property.place.length < former.place.length;
}

/** Dots part; an escaped one belongs to the name, as in `@odata\.type`. */
function splitName(serializedName: string): string[] {
  return serializedName.split(/(?<!\\)\./).map((part) => part.replaceAll("\\.", "."));
}

export const isComposite = (mapper: Mapper): mapper is CompositeMapper => mapper.type.name === "Composite";
