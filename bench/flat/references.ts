import type { RecordedResource } from "@windows-ha/testing";

/** A recorded value that came out of a resource, and the expression that a program would write for it. */
export interface Reference {
  value: string;
  expression: string;
}

/** Everything that later resources can have taken from one: its id, and the texts that are not its own inputs. */
export function referencesTo(resource: RecordedResource, variable: string): Reference[] {
  const outputs = textsOf(resource.outputs).filter(({ path }) => valueAt(resource.inputs, path) === undefined);
  return [
    ...(resource.id === undefined ? [] : [{ value: resource.id, expression: `${variable}.id` }]),
    ...outputs.map(({ path, value }) => ({ value, expression: `${variable}.${path.join(".")}` })),
  ];
}

/** The expression for a text: a literal, an output, or both put together. */
export function textExpression(text: string, references: readonly Reference[]): string {
  const exact = references.find(({ value }) => value === text);
  if (exact) return exact.expression;
  const parts = split(text, references);
  if (parts.length === 1) return JSON.stringify(text);
  return `pulumi.interpolate\`${parts.map(templatePart).join("")}\``;
}

type Part = string | Reference;

/** Longer values first: one resource's name can begin with another's. */
function split(text: string, references: readonly Reference[]): Part[] {
  const sorted = [...references].sort((a, b) => b.value.length - a.value.length);
  const found = sorted.find(({ value }) => text.includes(value));
  if (!found) return [text];
  const at = text.indexOf(found.value);
  const before = text.slice(0, at);
  const after = text.slice(at + found.value.length);
  return [...(before ? split(before, sorted) : []), found, ...(after ? split(after, sorted) : [])];
}

function templatePart(part: Part): string {
  return typeof part === "string" ? part.replace(/[\\`]|\$\{/g, "\\$&") : `\${${part.expression}}`;
}

function textsOf(value: unknown, path: string[] = []): { path: string[]; value: string }[] {
  if (typeof value === "string") return [{ path, value }];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key]));
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((item, key) => (item as Record<string, unknown> | undefined)?.[key], value);
