import {
  Unknown,
  UNKNOWN,
  checkSchema,
  isKnown,
  isPlainObject,
  valuesAt,
  type CheckRequest,
  type CheckResult,
  type PackageSchema,
  type PropertyMap,
  type PropertyValue,
  type SchemaFinding,
} from "../provider";
import type { DataPlane } from "../data-plane";
import { armId, expandSelf, pathParameters } from "./arm-id";
import { withName } from "./autoname";
import type { AzureResourceType, RuleFinding } from "./resource-type";
import type { ResourceStore } from "./resource-store";

export interface CheckContext {
  schema: PackageSchema;
  store: ResourceStore;
  dataPlane: DataPlane;
  subscriptionId: string;
  /** `azure-native:location` of the provider's configuration. */
  location: string | undefined;
}

/** Completes the inputs, and says everything that azure-native, Azure or the machines would refuse about them. */
export function checkInputs(type: AzureResourceType, request: CheckRequest, context: CheckContext): CheckResult {
  const inputs = withLocation(type, withName(type, request), request.olds, context);
  const schemaFindings = checkSchema(context.schema, type.token, inputs, type.extraEnumValues);
  const failures = [...schemaFindings.map(schemaFailure), ...missingPlacement(type, inputs)];

  const findings = [...subResourceNames(type, inputs), ...ruleFindings(type, inputs, schemaFindings)];
  failures.push(...findings.map(({ path, code, message }) => `${path}: ${code}: ${message}`));
  if (failures.length === 0) failures.push(...preflight(type, inputs, context));
  return { inputs, failures };
}

function schemaFailure({ path, message }: SchemaFinding): string {
  return `${path}: ${message}`;
}

/** azure-native looks for a location in the former inputs, its configuration, and the resource group. */
function withLocation(
  type: AzureResourceType,
  inputs: PropertyMap,
  olds: PropertyMap,
  { location, store, subscriptionId }: CheckContext,
): PropertyMap {
  if (type.location === "none" || inputs["location"] !== undefined) return inputs;
  const known = olds["location"] ?? location;
  if (known !== undefined) return { ...inputs, location: known };
  const group = inputs["resourceGroupName"];
  if (type.location === "required" || group === undefined) return inputs;
  if (group instanceof Unknown) return { ...inputs, location: UNKNOWN };
  const id = armId("/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}", subscriptionId, inputs);
  const inherited = store.get(id)?.inputs["location"] as string | undefined;
  return inherited === undefined ? inputs : { ...inputs, location: inherited };
}

function missingPlacement(type: AzureResourceType, inputs: PropertyMap): string[] {
  const name = pathParameters(type.path).at(-1)!;
  const failures = inputs[name] === undefined ? [`${name}: is required, because autonaming is disabled`] : [];
  if (type.location === "required" && inputs["location"] === undefined) {
    const hint = "Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.";
    failures.push(`location: is required. ${hint}`);
  }
  return failures;
}

function subResourceNames(type: AzureResourceType, inputs: PropertyMap): RuleFinding[] {
  return (type.subResources ?? []).flatMap((collection) => {
    const names = valuesAt(inputs, `${collection}[].name`);
    return names.flatMap((name, index): RuleFinding[] => {
      const path = `${collection}[${index}].name`;
      if (name === undefined) {
        return [{ path, code: "InvalidRequestFormat", message: "A part of this resource needs a name." }];
      }
      const isSecond = typeof name === "string" && names.slice(0, index).some((other) => sameText(other, name));
      if (!isSecond) return [];
      const message = `The resource has two child resources with the same name (${name}).`;
      return [{ path, code: "InvalidRequestFormat", message }];
    });
  });
}

function sameText(left: PropertyValue | undefined, right: string): boolean {
  return typeof left === "string" && left.toLowerCase() === right.toLowerCase();
}

/** Rules rely on the types and presence of what they read, so each waits until that is right, and known. */
function ruleFindings(type: AzureResourceType, inputs: PropertyMap, found: SchemaFinding[]): RuleFinding[] {
  const wrong = found
    .filter((finding) => finding.kind === "type" || finding.kind === "missing")
    .map((finding) => finding.path.replaceAll(/\[\d+\]/g, "[]"));
  return (type.rules ?? [])
    .filter((rule) => !rule.reads.some((read) => wrong.some((path) => isWithin(path, read) || isWithin(read, path))))
    .filter((rule) => rule.reads.every((path) => valuesAt(inputs, path).every(isKnown)))
    .flatMap((rule) => rule.check(inputs as never));
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** What the machines would fail at. Ids that a first preview doesn't know are no reason not to look at the rest. */
function preflight(type: AzureResourceType, inputs: PropertyMap, context: CheckContext): string[] {
  if (!type.preflightReads?.every((path) => valuesAt(inputs, path).every(isKnown))) return [];
  const name = inputs[pathParameters(type.path).at(-1)!] as string;
  const known = knownPart(inputs) as Record<string, unknown>;
  return context.dataPlane.preflight({
    type: type.token,
    name,
    inputs: expandSelf(known, armId(type.path, context.subscriptionId, inputs)),
  });
}

function knownPart(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.filter((item) => !(item instanceof Unknown)).map(knownPart);
  if (!isPlainObject(value)) return value;
  const known = Object.entries(value).filter(([, member]) => member !== undefined && !(member instanceof Unknown));
  return Object.fromEntries(known.map(([name, member]) => [name, knownPart(member!)]));
}
