import { isDeepStrictEqual } from "node:util";
import type { CompositeMapper, Mapper, Serializer } from "@azure/core-client";
import type { RecordedResource } from "@windows-ha/testing";
import { exemptionOf, type Exemption } from "./exemptions";
import { complete } from "./mapper";
import { ModelReader, type Finding, type Leaf } from "./model-reader";
import { OPERATIONS, type Operation } from "./operations";
import { missing } from "./required";
import { operationSpecOf, requestOf, type ArmRequest } from "./request";

/** What Microsoft's client makes of a resource that a program declares. */
export interface Examination {
  resource: EmittedResource;
  /** Undefined when the client refused to make one. */
  request?: ArmRequest;
  findings: Finding[];
  /** Rows of the table of exemptions that were needed. */
  exemptions: Exemption[];
  leaves: Leaf[];
}

export type EmittedResource = Pick<RecordedResource, "type" | "name" | "inputs">;

const PROVIDER_LOCATION = "westeurope";

/**
 * Runs a resource's inputs through Microsoft's client: every property must be one that the client knows and must stand
 * in the request where its mapper puts it, with its value; every constraint and enumeration must hold.
 */
export async function examine(resource: EmittedResource): Promise<Examination> {
  const operation = OPERATIONS[resource.type];
  if (!operation) throw new Error(`${resource.type} has no row in test/azure-sdk/support/operations.ts; add one.`);
  const { serializer, requestBody } = await operationSpecOf(operation);
  const mapper = requestBody!.mapper;
  const { path, inputs } = split(operation, resource);
  const reader = new ModelReader(operation.sdk, serializer);
  const { value, leaves, findings } = reader.read(mapper, withRegion(mapper, serializer, inputs));
  findings.push(...missing(resource.type, resource.inputs));

  let request: ArmRequest | undefined;
  try {
    request = await requestOf(operation, path, value);
    findings.push(...lost(request, leaves));
  } catch (error) {
    findings.push({ path: "", rule: "refused", message: (error as Error).message });
  }
  const exemptions = findings.map((finding) => exemptionOf(resource.type, finding));
  return {
    resource,
    request,
    findings: findings.filter((_, index) => !exemptions[index]),
    exemptions: exemptions.filter((row) => row !== undefined),
    leaves,
  };
}

/** The URL's parts; a name that isn't given is made by azure-native from the resource's own. */
function split(
  { path, fixed }: Operation,
  { name, inputs }: EmittedResource,
): { path: unknown[]; inputs: Record<string, unknown> } {
  const automatic = fixed === undefined ? { [path.at(-1)!]: name } : {};
  const given: Record<string, unknown> = { ...automatic, ...inputs };
  return {
    path: path.map((part) => given[part]),
    inputs: Object.fromEntries(Object.entries(inputs).filter(([key]) => !path.includes(key) && key !== fixed)),
  };
}

/** azure-native puts the region of the provider's configuration where none is given and one is wanted. */
function withRegion(reference: Mapper, serializer: Serializer, inputs: Record<string, unknown>): object {
  if (inputs.location !== undefined || reference.type.name !== "Composite") return inputs;
  const wanted = "location" in complete(serializer, reference as CompositeMapper).type.modelProperties!;
  return wanted ? { ...inputs, location: PROVIDER_LOCATION } : inputs;
}

function lost({ body }: ArmRequest, leaves: readonly Leaf[]): Finding[] {
  return leaves
    .filter(({ place, value }) => !isDeepStrictEqual(valueAt(body, place), value))
    .map(({ path, place, value }) => ({
      path,
      rule: "lost",
      message: `${JSON.stringify(value)} should stand at ${place.join(".")} of the request; there is ${JSON.stringify(valueAt(body, place))}`,
    }));
}

function valueAt(body: unknown, place: readonly (string | number)[]): unknown {
  return place.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], body);
}
