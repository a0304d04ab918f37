import * as pulumi from "@pulumi/pulumi";
import { formatPath, type Path } from "./path";
import { UNKNOWN } from "./unknown";

const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;

/** Values as a test reads them, and the paths of those that were wrapped as secrets. */
export interface Decoded {
  // Tests read deep into these (`inputs.sku.name`); they are whatever the program passed.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  values: Record<string, any>;
  secretPaths: string[];
}

/** Turns properties as the engine gets them into plain data. Assets and resource references lose only their marker. */
export function decode(properties: Record<string, unknown>): Decoded {
  const secretPaths: string[] = [];
  return { values: decodeObject(properties, [], secretPaths), secretPaths: secretPaths.sort() };
}

function decodeObject(value: object, path: Path, secretPaths: string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== specialSigKey)
      .map(([key, entry]) => [key, decodeValue(entry, [...path, key], secretPaths)]),
  );
}

function decodeValue(value: unknown, path: Path, secretPaths: string[]): unknown {
  if (value === unknownValue) return UNKNOWN;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry, index) => decodeValue(entry, [...path, index], secretPaths));
  if (isWireSecret(value)) {
    secretPaths.push(formatPath(path));
    return decodeValue(value.value, path, []);
  }
  return decodeObject(value, path, secretPaths);
}

/** Puts the engine's spelling of an unknown in place of {@link UNKNOWN}; the SDK serialises the rest. */
export function encodeUnknowns(value: unknown): unknown {
  if (value === UNKNOWN) return unknownValue;
  if (Array.isArray(value)) return value.map(encodeUnknowns);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, encodeUnknowns(entry)]));
}

export function isWireSecret(value: unknown): value is { value: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Record<string, unknown>)[specialSigKey] === specialSecretSig
  );
}

export const wireSecret = (value: unknown): unknown =>
  isWireSecret(value) ? value : { [specialSigKey]: specialSecretSig, value };

export const wireUnknown: unknown = unknownValue;
