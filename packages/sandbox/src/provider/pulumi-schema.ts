import type { ObjectSchema, PackageSchema, PropertyType } from "./schema";

/** A type in Pulumi's schema language. */
type TypeSpec =
  | { type: "boolean" | "number" | "string" }
  | { type: "array"; items: TypeSpec }
  | { type: "object"; additionalProperties: TypeSpec }
  | { $ref: string };

interface ObjectSpec {
  type: "object";
  properties: Record<string, TypeSpec>;
  required: string[];
}

/** A package as Pulumi describes it to languages that have no SDK of it: YAML asks for it before every run. */
export interface PulumiSchema {
  name: string;
  version: string;
  types: Record<string, ObjectSpec>;
  resources: Record<
    string,
    { inputProperties: Record<string, TypeSpec>; requiredInputs: string[]; properties: Record<string, TypeSpec> }
  >;
}

/** What the stand-in emulates of a package. What an output holds is known where an input has its name. */
export function pulumiSchema(name: string, { version, resources, types }: PackageSchema): PulumiSchema {
  const reference = (ref: string): string => `${name}:${ref.replace(".", ":")}`;
  const typeSpec = (type: PropertyType): TypeSpec => {
    if (type.type === "any") return { $ref: "pulumi.json#/Any" };
    if (type.type === "array") return { type: "array", items: typeSpec(type.items) };
    if (type.type === "map") return { type: "object", additionalProperties: typeSpec(type.items) };
    if (type.type === "object") return { $ref: `#/types/${reference(type.ref)}` };
    return { type: type.type };
  };
  const properties = (owner: ObjectSchema): Record<string, TypeSpec> => mapValues(owner.properties, typeSpec);
  return {
    name,
    version,
    types: Object.fromEntries(
      Object.entries(types).map(([ref, type]) => [
        reference(ref),
        { type: "object", properties: properties(type), required: type.required },
      ]),
    ),
    resources: mapValues(resources, (resource) => {
      const inputProperties = properties(resource);
      const outputs = resource.outputs.map((output) => [
        output,
        inputProperties[output] ?? { $ref: "pulumi.json#/Any" },
      ]);
      return {
        inputProperties,
        requiredInputs: resource.required,
        properties: Object.fromEntries(outputs) as Record<string, TypeSpec>,
      };
    }),
  };
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
