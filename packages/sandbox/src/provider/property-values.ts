import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** A value that is not known before something is created, as it is in a preview. */
export class Unknown {
  private readonly kind = "unknown";
  toString(): string {
    return "(known after the update)";
  }
}
export const UNKNOWN = new Unknown();

/** Marks a value in an answer as secret, so that the engine encrypts it. Requests never carry one: see `Handshake`. */
export class Secret {
  constructor(readonly value: PropertyValue) {}
}

export type PropertyValue =
  null | boolean | number | string | Unknown | Secret | PropertyValue[] | { [name: string]: PropertyValue | undefined };
export type PropertyMap = Record<string, PropertyValue | undefined>;

/** How the engine writes an unknown string, and what an answer says for everything unknown. */
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_STRINGS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const ASSET_SIGNATURES = new Set<unknown>(["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"]);

/** Reads the properties of a request. A property without a value is left out, which is what `undefined` means too. */
export function decodeProperties(struct: Struct | undefined): PropertyMap {
  return (struct ? decode(struct.toJavaScript()) : {}) as PropertyMap;
}

function decode(value: PropertyValue): PropertyValue {
  if (typeof value === "string") return UNKNOWN_STRINGS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(decode);
  if (!isPlainObject(value)) return value;
  if (value[SIGNATURE] === SECRET_SIGNATURE) return decode(value["value"] ?? null);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, decode(member!)]),
  );
}

export function encodeProperties(properties: PropertyMap): Struct {
  return Struct.fromJavaScript(encode(properties) as { [name: string]: JavaScriptValue });
}

function encode(value: PropertyValue): JavaScriptValue {
  if (value instanceof Unknown) return UNKNOWN_STRING;
  if (value instanceof Secret) return { [SIGNATURE]: SECRET_SIGNATURE, value: encode(value.value) };
  if (Array.isArray(value)) return value.map(encode);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, encode(member!)]),
  );
}

export function isPlainObject(value: unknown): value is { [name: string]: PropertyValue | undefined } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret)
  );
}

/** Whether a value is an asset or an archive of Pulumi: a marked object with the content's hash. */
export function isAsset(value: unknown): value is { hash?: string; path?: string } {
  return isPlainObject(value) && ASSET_SIGNATURES.has(value[SIGNATURE]);
}

/** Whether everything inside is known. */
export function isKnown(value: PropertyValue | undefined): boolean {
  if (value instanceof Unknown) return false;
  if (value instanceof Secret) return isKnown(value.value);
  if (Array.isArray(value)) return value.every(isKnown);
  return isPlainObject(value) ? Object.values(value).every(isKnown) : true;
}
