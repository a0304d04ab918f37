import type { Mapper, Serializer } from "@azure/core-client";
import type { SDKS } from "./clients";
import { knownValues } from "./known-values";
import { complete, isComposite, propertiesOf, type ModelProperty } from "./mapper";

/** What is wrong with a body, by the client library's own description of it. */
export interface Finding {
  /** Path in azure-native's inputs. */
  path: string;
  /** Kind of mistake; exemptions name it. */
  rule: "unknown" | "read-only" | "constraint" | "value" | "refused" | "lost" | "missing";
  message: string;
  /** The value that is none of the known ones. */
  value?: unknown;
}

/** Where a leaf of azure-native's inputs must stand in the body. */
export interface Leaf {
  path: string;
  place: (string | number)[];
  value: unknown;
  /** Below a property for which Azure takes any object, so that nobody can say what is right. */
  free: boolean;
}

export interface Model {
  value: unknown;
  leaves: Leaf[];
  findings: Finding[];
}

/** Where in both shapes the walk is. */
interface Spot {
  path: string;
  place: (string | number)[];
  /** The property that the value is of. */
  owner?: { className: string; modelName: string };
}

/**
 * Turns azure-native's flattened inputs into the client library's model. Nothing here is written per type: which
 * property is flattened out of `properties`, and how it is called, is what the mapper says.
 */
export class ModelReader {
  readonly leaves: Leaf[] = [];
  readonly findings: Finding[] = [];

  constructor(
    private readonly sdk: keyof typeof SDKS,
    private readonly serializer: Serializer,
  ) {}

  read(mapper: Mapper, inputs: unknown): Model {
    const value = this.#value(mapper, inputs, { path: "", place: [] });
    return { value, leaves: this.leaves, findings: this.findings };
  }

  #value(mapper: Mapper, value: unknown, spot: Spot): unknown {
    if (value === undefined || value === null) return value;
    this.#constraints(mapper, value, spot);
    if (isComposite(mapper) && isRecord(value)) return this.#composite(mapper, value, spot);
    if (mapper.type.name === "Sequence" && Array.isArray(value)) {
      const { element } = mapper.type as unknown as { element: Mapper };
      return value.map((item, index) => this.#value(element, item, at(spot, index, [index])));
    }
    if (mapper.type.name === "Dictionary" && typeof value === "object") {
      const { value: element } = mapper.type as unknown as { value: Mapper };
      const entries = Object.entries(asDictionary(value));
      return Object.fromEntries(entries.map(([key, item]) => [key, this.#value(element, item, at(spot, key, [key]))]));
    }
    if (mapper.type.name === "any" || (mapper.type.name as string) === "Object") {
      this.#anything(value, spot);
      return value;
    }
    this.#knownValue(value, spot);
    this.leaves.push({ path: spot.path, place: spot.place, value, free: false });
    return value;
  }

  #composite(reference: Mapper & { type: { name: "Composite" } }, value: Record<string, unknown>, spot: Spot): unknown {
    const mapper = complete(this.serializer, reference);
    const className = mapper.type.className!;
    const properties = propertiesOf(mapper);
    const model: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
      const property = properties.get(name);
      const inside = property ? at(spot, name, property.place) : at(spot, name, [name]);
      if (!property) {
        this.#find(inside, "unknown", `${className} has ${[...properties.keys()].join(", ")}`);
        continue;
      }
      if (property.mapper.readOnly) {
        this.#find(inside, "read-only", `Azure sets ${className}.${name} itself and takes none`);
        continue;
      }
      const owner = { className, modelName: property.modelName };
      model[property.modelName] = this.#value(property.mapper, item, { ...inside, owner });
    }
    return model;
  }

  #constraints(mapper: Mapper, value: unknown, spot: Spot): void {
    try {
      this.serializer.validateConstraints(mapper, value, spot.path);
    } catch (error) {
      this.#find(spot, "constraint", (error as Error).message);
    }
  }

  #knownValue(value: unknown, { owner, ...spot }: Spot): void {
    if (!owner || typeof value !== "string") return;
    const known = knownValues(this.sdk, owner.className, owner.modelName);
    if (!known || known.includes(value)) return;
    const message = `${JSON.stringify(value)} is none of ${known.join(", ")}`;
    this.findings.push({ path: spot.path, rule: "value", value, message });
  }

  #anything(value: unknown, spot: Spot): void {
    if (typeof value !== "object" || value === null) {
      this.leaves.push({ path: spot.path, place: spot.place, value, free: true });
      return;
    }
    for (const [key, item] of Object.entries(value)) this.#anything(item, at(spot, key, [key]));
  }

  #find({ path }: Spot, rule: Finding["rule"], message: string): void {
    this.findings.push({ path, rule, message });
  }
}

/** azure-native takes identities as a list of ids; Azure wants an object whose keys are the ids. */
function asDictionary(value: object): object {
  return Array.isArray(value) ? Object.fromEntries(value.map((key) => [String(key), {}])) : value;
}

function at(spot: Spot, name: string | number, place: ModelProperty["place"] | [number]): Spot {
  const path = typeof name === "number" ? `${spot.path}[${name}]` : spot.path ? `${spot.path}.${name}` : name;
  return { path, place: [...spot.place, ...place], owner: spot.owner };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
