import { AssertionError } from "node:assert";
import { findEncoded } from "./find-encoded";
import { isPlainObject } from "./mismatch";
import { formatPath, isInside, type Path } from "./path";
import type { RecordedResource, Recording, Values } from "./recording";

/** A text of a recording and where it stands: what part of the recording, of which resource, and at which path. */
interface Place {
  part: string;
  owner: string;
  path: Path;
  text: string;
  secret: boolean;
}

/** Every property name and every scalar below `value`. */
function* texts(
  part: string,
  owner: string,
  value: unknown,
  secretPaths: readonly string[],
  path: Path = [],
): Generator<Place> {
  const secret = isInside(path, secretPaths);
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) yield* texts(part, owner, entry, secretPaths, [...path, index]);
  } else if (isPlainObject(value)) {
    for (const [key, entry] of Object.entries(value)) {
      yield { part: `property name in ${part}`, owner, path, text: key, secret };
      yield* texts(part, owner, entry, secretPaths, [...path, key]);
    }
  } else if (typeof value === "string" || typeof value === "number") {
    yield { part, owner, path, text: String(value), secret };
  }
}

function* placesOf(recording: Recording): Generator<Place> {
  for (const resource of recording.resources) {
    const { inputs, secretPaths, outputs, outputSecretPaths, ...options } = resource;
    yield* texts("inputs", resource.name, inputs, secretPaths);
    yield* texts("outputs", resource.name, withoutEchoes(outputs, resource), outputSecretPaths);
    yield* texts("options", resource.name, options, []);
  }
  yield* texts("existing resources", "", recording.reads, []);
  yield* texts("stack outputs", "", recording.outputs, recording.outputSecretPaths);
}

/** A provider echoes its inputs; what stands there already is reported once. */
function withoutEchoes(outputs: Values, { custom, inputs }: RecordedResource): Values {
  if (!custom) return outputs;
  return Object.fromEntries(
    Object.entries(outputs).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(inputs[key])),
  );
}

/**
 * No canary stands outside a secret: not in inputs (component inputs too), outputs, stack outputs, names, tags or
 * options, neither plain nor encoded as {@link findEncoded} knows it.
 *
 * @param canaries what each one stands for → the value that was passed, unique and at least 8 characters
 * @returns for each canary the places where it stands as a secret, so that a test can tell "kept secret" from
 *   "never arrived"
 * @throws AssertionError that lists every place of every canary, without its value
 * @example expectNoSecretLeak(recording, { "administrator password": canary });
 */
export function expectNoSecretLeak(recording: Recording, canaries: Record<string, string>): Record<string, string[]> {
  const kept: Record<string, string[]> = Object.fromEntries(Object.keys(canaries).map((name) => [name, []]));
  const leaks: string[] = [];
  // Names and property names may be what leaks; a message must not repeat them.
  const hide = (text: string | number) =>
    Object.values(canaries).some((canary) => findEncoded(String(text), canary).length > 0) ? "[secret]" : text;
  for (const { part, owner, path, text, secret } of placesOf(recording)) {
    for (const [name, canary] of Object.entries(canaries)) {
      const encodings = findEncoded(text, canary).map((hit) => hit.encoding);
      if (encodings.length === 0) continue;
      const of = owner === "" ? "" : ` of "${hide(owner)}"`;
      const place = `${part}${of} at ${formatPath(path.map(hide)) || "top level"}`;
      if (secret) kept[name]?.push(place);
      else leaks.push(`  ${name}: ${place} (${encodings.join(", ")})`);
    }
  }
  if (leaks.length === 0) return kept;
  throw new AssertionError({
    message: [
      `${leaks.length} secret value(s) stand in clear, and would be stored and shown in clear:`,
      ...leaks,
      "Wrap the value with pulumi.secret where it enters, or name the property in additionalSecretOutputs.",
    ].join("\n"),
    operator: "expectNoSecretLeak",
  });
}

/** Where `expectSecret` looks. */
export interface ExpectSecretOptions {
  /** @default "inputs" */
  in?: "inputs" | "outputs";
}

/**
 * In every resource of this type the value at `path` is there and is a secret, itself or as part of one.
 *
 * @param path as Pulumi writes it: `osProfile.adminPassword`, `extensions[0].protectedSettings`
 * @throws AssertionError if there is no such resource, or if one of them has the value in clear or not at all
 */
export function expectSecret(
  recording: Recording,
  type: string,
  path: string,
  { in: side = "inputs" }: ExpectSecretOptions = {},
): void {
  const resources = recording.resources.filter((resource) => resource.type === type);
  const wrong = resources.flatMap((resource) => {
    const found = findPath(resource[side], path);
    if (found === undefined) return [`  "${resource.name}": ${side} have no ${path}`];
    const secret = isInside(found, side === "inputs" ? resource.secretPaths : resource.outputSecretPaths);
    return secret ? [] : [`  "${resource.name}": ${side} at ${path} is in clear`];
  });
  if (resources.length > 0 && wrong.length === 0) return;
  throw new AssertionError({
    message: [
      `wanted a secret at ${path} in the ${side} of every ${type}`,
      ...(resources.length === 0 ? ["  there is no such resource"] : wrong),
    ].join("\n"),
    operator: "expectSecret",
  });
}

/** The path whose written form is `wanted`, found by walking, so that one spelling of paths is enough. */
function findPath(value: unknown, wanted: string, path: Path = []): Path | undefined {
  if (path.length > 0 && formatPath(path) === wanted) return value === undefined ? undefined : path;
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : isPlainObject(value)
      ? Object.entries(value)
      : [];
  for (const [key, entry] of entries) {
    const found = findPath(entry, wanted, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
