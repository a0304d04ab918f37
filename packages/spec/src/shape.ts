import { isDeferred, isResource } from "./deferred";
import { describeValue, pathText, type Finding } from "./finding";

/** What every property's row can say. */
interface Common {
  /** Must be given. */
  required?: boolean;
  /** Taken when it isn't given. */
  default?: unknown;
  /** May come from another resource, so an Output is taken as it is and checked by nobody before the deployment. */
  input?: boolean;
  /** May hold a secret: the value never stands in a message. */
  confidential?: boolean;
  /** What is allowed, in words, where the constraints don't say it well. */
  allowed?: string;
  /** How to fix a wrong value, where "set it to what is allowed" doesn't say enough. */
  fix?: string;
}

export interface StringField extends Common {
  kind: "string";
  pattern?: RegExp;
  minLength?: number;
  maxLength?: number;
  oneOf?: readonly string[];
}
export interface NumberField extends Common {
  kind: "integer" | "number";
  minimum?: number;
  maximum?: number;
}
export interface BooleanField extends Common {
  kind: "boolean";
}
export interface ListField extends Common {
  kind: "list";
  of: Field;
  minItems?: number;
  maxItems?: number;
  unique?: boolean;
}
export interface MapField extends Common {
  kind: "map";
  of: Field;
  keyPattern?: RegExp;
  maxItems?: number;
  /** Keys that differ by case alone are the same. */
  caselessKeys?: boolean;
}
export interface ObjectField extends Common {
  kind: "object";
  fields: Fields;
  /** Left out, it stays out, instead of becoming an object of defaults. */
  optional?: boolean;
  /** Properties that people know from elsewhere, with what there is instead. */
  refused?: Readonly<Record<string, string>>;
}
export type Field = StringField | NumberField | BooleanField | ListField | MapField | ObjectField;
export type Fields = Readonly<Record<string, Field>>;

/** A part that has no defaults of its own, and whose shape nobody needs, or loads, where it isn't given. */
export function whenGiven(shape: () => ObjectField): ObjectField {
  return {
    kind: "object",
    optional: true,
    get fields() {
      return shape().fields;
    },
    get refused() {
      return shape().refused ?? {};
    },
  };
}

/** Every way in which `value` doesn't have the shape of `field`. */
export function checkShape(field: Field, value: unknown, path: string): Finding[] {
  if (value === undefined || value === null) {
    return field.required ? [finding("required", field, path, undefined, `Give ${pathText(path)}.`)] : [];
  }
  if (isDeferred(value)) {
    if (field.input) return [];
    return [
      {
        rule: "not-plain",
        path,
        seen: "an Output or a promise",
        allowed: `${allowedText(field)}, known when the program runs`,
        fix: `Give ${pathText(path)} as a plain value (from configuration, not from another resource): the preview validates and predicts with it.`,
      },
    ];
  }
  const check = CHECKS[field.kind] as (field: Field, value: unknown, path: string) => Finding[];
  return check(field, value, path);
}

/** `value` with every missing property that has a default filled in, nested ones too. The shape must have been checked. */
export function withDefaults<T>(field: Field, value: unknown): T {
  if (value === undefined || value === null) {
    if (field.default !== undefined) return structuredClone(field.default) as T;
    return (field.kind === "object" && !field.required && !field.optional ? fill(field, {}) : undefined) as T;
  }
  if (isDeferred(value)) return value as T;
  if (field.kind === "object") return fill(field, value as Record<string, unknown>) as T;
  if (field.kind === "list") return (value as unknown[]).map((item) => withDefaults(field.of, item)) as T;
  return value as T;
}

function fill(field: ObjectField, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(field.fields)
      .map(([name, row]) => [name, withDefaults<unknown>(row, value[name])] as const)
      .filter(([, filled]) => filled !== undefined),
  );
}

const CHECKS: {
  [K in Field["kind"]]: (field: Extract<Field, { kind: K }>, value: unknown, path: string) => Finding[];
} = {
  string: checkString,
  integer: checkNumber,
  number: checkNumber,
  boolean: (field, value, path) => (typeof value === "boolean" ? [] : [finding("type", field, path, value)]),
  list: checkList,
  map: checkMap,
  object: checkObject,
};

function checkString(field: StringField, value: unknown, path: string): Finding[] {
  if (typeof value !== "string") return [finding("type", field, path, value)];
  if (field.oneOf && !field.oneOf.includes(value)) return [finding("one-of", field, path, value)];
  if (value.length < (field.minLength ?? 0) || value.length > (field.maxLength ?? Infinity)) {
    return [finding("length", field, path, value)];
  }
  if (field.pattern && !field.pattern.test(value)) return [finding("pattern", field, path, value)];
  return [];
}

function checkNumber(field: NumberField, value: unknown, path: string): Finding[] {
  if (typeof value !== "number" || Number.isNaN(value)) return [finding("type", field, path, value)];
  if (field.kind === "integer" && !Number.isInteger(value)) return [finding("type", field, path, value)];
  const inRange = value >= (field.minimum ?? -Infinity) && value <= (field.maximum ?? Infinity);
  return inRange ? [] : [finding("range", field, path, value)];
}

function checkList(field: ListField, value: unknown, path: string): Finding[] {
  if (!Array.isArray(value)) return [finding("type", field, path, value)];
  const findings = value.flatMap((item, index) =>
    checkShape({ ...field.of, required: true }, item, `${path}[${index}]`),
  );
  if (value.length < (field.minItems ?? 0) || value.length > (field.maxItems ?? Infinity)) {
    findings.push(finding("length", field, path, value));
  }
  if (field.unique && new Set(value).size < value.length) findings.push(finding("unique", field, path, value));
  return findings;
}

function checkMap(field: MapField, value: unknown, path: string): Finding[] {
  if (!isRecord(value)) return [finding("type", field, path, value)];
  const keys = Object.keys(value);
  const folded = keys.map((key) => (field.caselessKeys ? key.toLowerCase() : key));
  const findings = Object.entries(value).flatMap(([key, item]) => [
    ...(field.keyPattern && !field.keyPattern.test(key)
      ? [
          {
            ...finding(
              "pattern",
              field,
              `${path}[${JSON.stringify(key)}]`,
              undefined,
              `Rename the key ${JSON.stringify(key)}.`,
            ),
            seen: `the key ${describeValue(key)}`,
          },
        ]
      : []),
    ...checkShape(field.of, item, `${path}[${JSON.stringify(key)}]`),
  ]);
  if (keys.length > (field.maxItems ?? Infinity)) {
    findings.push({ ...finding("length", field, path, undefined), seen: `a map of ${keys.length}` });
  }
  const second = folded.findIndex((key, index) => folded.indexOf(key) < index);
  if (second >= 0) {
    const first = keys[folded.indexOf(folded[second]!)];
    const seen = `the keys ${describeValue(first)} and ${describeValue(keys[second])}`;
    findings.push({ ...finding("unique", field, path, undefined), seen });
  }
  return findings;
}

function checkObject(field: ObjectField, value: unknown, path: string): Finding[] {
  if (!isRecord(value)) return [finding("type", field, path, value)];
  const unknown = Object.keys(value)
    .filter((name) => !Object.hasOwn(field.fields, name) && value[name] !== undefined)
    .map((name) => unknownProperty(field, name, path));
  const known = Object.entries(field.fields).flatMap(([name, row]) => checkShape(row, value[name], join(path, name)));
  return [...unknown, ...known];
}

function unknownProperty(field: ObjectField, name: string, path: string): Finding {
  const names = Object.keys(field.fields);
  const refused = field.refused && Object.hasOwn(field.refused, name) ? field.refused[name] : undefined;
  const near = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase()) ?? nearest(name, names);
  return {
    rule: "unknown-property",
    path: join(path, name),
    seen: "not a known property",
    allowed: names.join(", "),
    fix: refused ?? (near ? `Did you mean ${join(path, near)}?` : `Remove ${join(path, name)}.`),
  };
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

function finding(rule: string, field: Field, path: string, value: unknown, fix?: string): Finding {
  const allowed = allowedText(field);
  return {
    rule,
    path,
    ...(value !== undefined && holdsConfidential(field) ? {} : { seen: describeValue(value) }),
    allowed,
    fix: fix ?? field.fix ?? `Set ${pathText(path)} to ${allowed}.`,
  };
}

/** A value of a wrong kind, such as text instead of a map, may hold what its parts would have kept to themselves. */
function holdsConfidential(field: Field): boolean {
  if (field.confidential) return true;
  if (field.kind === "object") return Object.values(field.fields).some(holdsConfidential);
  return (field.kind === "list" || field.kind === "map") && holdsConfidential(field.of);
}

function allowedText(field: Field): string {
  if (field.allowed) return field.allowed;
  switch (field.kind) {
    case "string":
      return field.oneOf
        ? `one of ${field.oneOf.map((item) => JSON.stringify(item)).join(", ")}`
        : `text${lengthText(field)}`;
    case "integer":
    case "number":
      return `a ${field.kind === "integer" ? "whole " : ""}number${rangeText(field)}`;
    case "boolean":
      return "true or false";
    case "list":
      return `a list of ${allowedText(field.of)}${itemsText(field)}${field.unique ? ", each only once" : ""}`;
    case "map":
      return `a map of ${allowedText(field.of)}`;
    case "object":
      return `an object with ${Object.keys(field.fields).join(", ")}`;
  }
}

function rangeText({ minimum, maximum }: NumberField): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
}

function lengthText({ minLength, maxLength }: StringField): string {
  if (minLength !== undefined && maxLength !== undefined) return ` of ${minLength} to ${maxLength} characters`;
  if (minLength !== undefined) return ` of at least ${minLength} characters`;
  return maxLength === undefined ? "" : ` of at most ${maxLength} characters`;
}

function itemsText({ minItems, maxItems }: ListField): string {
  if (minItems !== undefined && maxItems !== undefined) return ` (${minItems} to ${maxItems} of them)`;
  if (minItems !== undefined) return ` (at least ${minItems})`;
  return maxItems === undefined ? "" : ` (at most ${maxItems})`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isResource(value);
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
