import type { RecordedResource, Recording } from "@windows-ha/testing";
import { referencesTo, textExpression, type Reference } from "./references";

/** Options that a resource has beside its inputs, as a program writes them. */
const PLAIN_OPTIONS = ["protect", "retainOnDelete", "deleteBeforeReplace"] as const;
const LIST_OPTIONS = ["ignoreChanges", "replaceOnChanges", "additionalSecretOutputs"] as const;

/**
 * The order that Azure needs although no value says so. Everything else that the components wait for is their own
 * doing, and makes their longest chain longer than the flat program's.
 */
const NEEDED_ORDER: readonly { waiting: string; for: string; reason: string }[] = [];

interface Writer {
  references: Reference[];
  variables: Map<string, string>;
}

/**
 * The program that somebody would write without components: the custom resources of a recording one after the other,
 * with the same names, inputs, secrets and options, each taking from the others what it took in the recording.
 * JavaScript, so that neither program of the comparison is compiled while it is measured.
 */
export function flatSource(recording: Recording): string {
  const writer: Writer = { references: [], variables: new Map() };
  const statements = recording.resources.filter(({ custom }) => custom).map((resource) => statement(writer, resource));
  return ['const pulumi = require("@pulumi/pulumi");', ...statements, ""].join("\n");
}

function statement(writer: Writer, resource: RecordedResource): string {
  const variable = `resource${writer.variables.size}`;
  const inputs = expression(resource.inputs, "", new Set(resource.secretPaths), writer.references);
  const options = optionsOf(writer, resource);
  writer.variables.set(resource.urn, variable);
  writer.references.push(...referencesTo(resource, variable));
  const name = JSON.stringify(resource.name);
  return `const ${variable} = new (${classOf(resource.type)})(${name}, ${inputs}, ${options});`;
}

/** `azure-native:network:Subnet` and `random:index/randomPassword:RandomPassword`: the package, its module, the class. */
function classOf(type: string): string {
  const [name, module, className] = type.split(":") as [string, string, string];
  const path = module.startsWith("index") ? `@pulumi/${name}` : `@pulumi/${name}/${module}`;
  return `require(${JSON.stringify(path)}).${className}`;
}

function optionsOf(writer: Writer, resource: RecordedResource): string {
  const plain = PLAIN_OPTIONS.filter((option) => resource[option] !== undefined);
  const lists = LIST_OPTIONS.filter((option) => resource[option].length > 0);
  const timeouts = Object.keys(resource.customTimeouts).length > 0 ? (["customTimeouts"] as const) : [];
  const fields = [...plain, ...lists, ...timeouts].map((option) => `${option}: ${JSON.stringify(resource[option])}`);
  const waits = neededDependencies(resource).flatMap((urn) => writer.variables.get(urn) ?? []);
  return `{ ${[...fields, ...(waits.length > 0 ? [`dependsOn: [${waits.join(", ")}]`] : [])].join(", ")} }`;
}

/** What a resource waits for without taking anything from it, as far as a program without components has to. */
function neededDependencies({ type, dependsOn, propertyDependencies }: RecordedResource): string[] {
  const taken = new Set(Object.values(propertyDependencies).flat());
  return dependsOn.filter((urn) => !taken.has(urn) && isNeeded(type, urn));
}

function isNeeded(waiting: string, urn: string): boolean {
  const type = urn.split("::").at(-2)!.split("$").at(-1)!;
  return NEEDED_ORDER.some((row) => row.waiting === waiting && row.for === type);
}

function expression(value: unknown, path: string, secrets: Set<string>, references: readonly Reference[]): string {
  const plain = plainExpression(value, path, secrets, references);
  return secrets.has(path) ? `pulumi.secret(${plain})` : plain;
}

function plainExpression(value: unknown, path: string, secrets: Set<string>, references: readonly Reference[]): string {
  if (typeof value === "string") return textExpression(value, references);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => expression(item, `${path}[${index}]`, secrets, references));
    return `[${items.join(", ")}]`;
  }
  const fields = Object.entries(value).map(
    ([key, item]) =>
      `${JSON.stringify(key)}: ${expression(item, path === "" ? key : `${path}.${key}`, secrets, references)}`,
  );
  return `{ ${fields.join(", ")} }`;
}
