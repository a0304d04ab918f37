import schemas from "../../../packages/sandbox/src/azure/schemas.generated.json";
import type { Finding } from "./model-reader";

interface ObjectSchema {
  properties: Record<string, PropertyType>;
  required: string[];
}
interface PropertyType {
  type: string;
  ref?: string;
  items?: PropertyType;
}

const resources: Record<string, ObjectSchema | undefined> = schemas.resources;
const types: Record<string, ObjectSchema | undefined> = schemas.types;

/**
 * What Azure's specification requires and the inputs lack. A mapper can't tell: a property that is flattened out of an
 * optional `properties` is optional for the client library. azure-native keeps the specification's own list.
 */
export function missing(token: string, inputs: object): Finding[] {
  const schema = resources[token];
  return schema ? missingIn(schema, inputs, "") : [];
}

function missingIn(schema: ObjectSchema, value: object, path: string): Finding[] {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const names = new Set(entries.map(([name]) => name));
  const here = schema.required
    .filter((name) => !names.has(name))
    .map((name) => ({ path: join(path, name), rule: "missing" as const, message: `${join(path, name)} is required` }));
  const below = entries.flatMap(([name, item]) => {
    const type = schema.properties[name];
    return type ? missingBelow(type, item, join(path, name)) : [];
  });
  return [...here, ...below];
}

function missingBelow({ ref, items }: PropertyType, value: unknown, path: string): Finding[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value) && items) {
    return value.flatMap((item, index) => missingBelow(items, item, `${path}[${index}]`));
  }
  const schema = ref === undefined ? undefined : types[ref];
  return schema ? missingIn(schema, value, path) : [];
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
