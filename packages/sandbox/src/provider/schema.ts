import { didYouMean } from "./did-you-mean";
import { child } from "./property-path";
import { Unknown, isPlainObject, type PropertyMap, type PropertyValue } from "./property-values";

/** What a property may hold. */
export type PropertyType =
  | { type: "any" | "boolean" | "number" | "string"; enum?: string[] }
  | { type: "array" | "map"; items: PropertyType }
  | { type: "object"; ref: string };

export interface ObjectSchema {
  properties: Record<string, PropertyType>;
  required: string[];
}

export interface ResourceSchema extends ObjectSchema {
  /** What the service answers with; other inputs (a parent's name) stay inputs. */
  outputs: string[];
  /** The version of Azure's API behind it. */
  apiVersion?: string;
}

/** What `tools/generate-azure-schemas.ts` reads from a provider's SDK. */
export interface PackageSchema {
  version: string;
  resources: Record<string, ResourceSchema>;
  types: Record<string, ObjectSchema>;
}

export interface SchemaFinding {
  path: string;
  kind: "unknown" | "missing" | "type" | "enum";
  message: string;
}

/** Values that the service takes although the SDK's enum lacks them, by `<type or resource>.<property>`. */
export type ExtraEnumValues = Readonly<Record<string, readonly string[]>>;

/** Among the extra values: the SDK's enum is only a part of what the service takes. */
export const ANY_VALUE = "*";

/** Everything about the inputs that doesn't fit the schema. What is unknown fits everywhere. */
export function checkSchema(
  schema: PackageSchema,
  token: string,
  inputs: PropertyMap,
  extraEnumValues: ExtraEnumValues = {},
): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  checkObject(token, schema.resources[token]!, inputs, "");
  return findings;

  function checkObject(owner: string, type: ObjectSchema, value: PropertyMap, path: string): void {
    const known = Object.keys(type.properties);
    for (const [name, member] of Object.entries(value)) {
      if (name.startsWith("__") || member === undefined) continue;
      const property = type.properties[name];
      const memberPath = child(path, name);
      if (property) {
        checkValue(`${owner}.${name}`, property, member, memberPath);
      } else {
        const meant = didYouMean(name, known);
        const hint = meant ? `did you mean ${meant}?` : `known: ${known.join(", ")}`;
        findings.push({ path: memberPath, kind: "unknown", message: `there is no such property; ${hint}` });
      }
    }
    for (const name of type.required) {
      if (value[name] === undefined) {
        findings.push({ path: child(path, name), kind: "missing", message: "is required" });
      }
    }
  }

  function checkValue(owner: string, type: PropertyType, value: PropertyValue, path: string): void {
    if (value instanceof Unknown || type.type === "any") return;
    const seen = jsonType(value);
    const wanted = type.type === "map" ? "object" : type.type;
    if (seen !== wanted) {
      findings.push({ path, kind: "type", message: `should be ${article(wanted)}, but is ${article(seen)}` });
    } else if (type.type === "array") {
      (value as PropertyValue[]).forEach((item, index) => checkValue(owner, type.items, item, child(path, index)));
    } else if (type.type === "map") {
      for (const [name, member] of Object.entries(value as PropertyMap)) {
        if (member !== undefined) checkValue(owner, type.items, member, child(path, name));
      }
    } else if (type.type === "object") {
      checkObject(type.ref, schema.types[type.ref]!, value as PropertyMap, path);
    } else if ("enum" in type && type.enum) {
      checkEnum([...type.enum, ...(extraEnumValues[owner] ?? [])], value as string, path);
    }
  }

  /** Azure compares such values without case. */
  function checkEnum(allowed: string[], value: string, path: string): void {
    if (allowed.includes(ANY_VALUE)) return;
    if (allowed.some((candidate) => candidate.toLowerCase() === value.toLowerCase())) return;
    const meant = didYouMean(value, allowed);
    const hint = meant ? `did you mean ${JSON.stringify(meant)}? ` : "";
    findings.push({
      path,
      kind: "enum",
      message: `${JSON.stringify(value)} is not allowed; ${hint}allowed: ${allowed.join(", ")}`,
    });
  }
}

function jsonType(value: PropertyValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return isPlainObject(value) ? "object" : typeof value;
}

function article(type: string): string {
  if (type === "null") return "null";
  return `${/^[aeo]/.test(type) ? "an" : "a"} ${type}`;
}
