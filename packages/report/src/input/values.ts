/** Values as Pulumi writes them into previews and states, and what of them may be shown. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

/** Marks an object that stands for something else (`specialSigKey` in Pulumi's SDK). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const ASSET_SIGNATURES: Readonly<Record<string, string>> = {
  c44067f5952c0a294b673a41bacd8c17: "asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
};

/** What stands for values that only the deployment will know, one for each kind (`plugin/rpc.go` in Pulumi's SDK). */
const UNKNOWN = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** What Pulumi's own output has in place of a secret. */
export const SECRET = "[secret]";
/** What this report has in place of a value that isn't marked as a secret but may be one. */
const HIDDEN = "[hidden]";

/** Hides texts of one document: equal ones get equal marks, so that a change can still be seen. */
export class Mask {
  readonly #marks = new Map<string, string>();
  /** The same names come again and again. */
  readonly #secretNames = new Map<string, boolean>();

  isSecretName(name: string): boolean {
    const known = this.#secretNames.get(name) ?? SECRET_NAME.test(name);
    this.#secretNames.set(name, known);
    return known;
  }

  hide(text: string): string {
    const mark = this.#marks.get(text) ?? `[hidden #${this.#marks.size + 1}]`;
    this.#marks.set(text, mark);
    return mark;
  }
}

/** Names of properties whose text is a secret as a rule: azure-native itself marks none. */
const SECRET_NAME =
  /pass(word|phrase|wd)|secret|token|private_?key|(access|shared|account|api|primary|secondary)_?key|connection_?string|credential|customdata|userdata|protected(settings|parameters)/i;
/** … but not what such a name ends with when it only tells where the secret is, or how it is handled. */
const NO_SECRET_NAME = /(name|id|ids|ref|version|mode|type|enabled|policy|seconds|days|permissions)$/i;
/** Signed addresses and private keys, wherever they stand. */
const SECRET_TEXT = /[?&]sig=[^&\s]{8,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAccountKey=[^;\s]{8,}/i;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isUnknown(value: Json | undefined): boolean {
  return typeof value === "string" && UNKNOWN.has(value);
}

/** Deeper than any resource; a document that goes deeper was made to break its reader. */
const DEEPEST = 100;

/** The value without what must not be shown: everything behind this function may be printed. */
export function withoutSecrets(value: unknown, mask: Mask, name = "", depth = 0): Json {
  if (depth > DEEPEST) return "[too deep]";
  if (typeof value === "string") return mayBeSecret(value, name, mask) ? mask.hide(value) : value;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, mask, name, depth + 1));
  if (!isObject(value)) return null;
  const signature = value[SIGNATURE];
  if (signature === SECRET_SIGNATURE) return SECRET;
  if (typeof signature === "string" && Object.hasOwn(ASSET_SIGNATURES, signature)) return assetText(value, signature);
  return Object.fromEntries(
    Object.entries(value)
      // What bridged providers and the engine keep for themselves; null is the same as nothing.
      .filter(([key, item]) => !key.startsWith("__") && item !== null && item !== undefined)
      .map(([key, item]) => [key, withoutSecrets(item, mask, mask.isSecretName(name) ? name : key, depth + 1)]),
  );
}

function mayBeSecret(value: string, name: string, mask: Mask): boolean {
  if (value === SECRET || isUnknown(value) || value === "") return false;
  return (mask.isSecretName(name) && !NO_SECRET_NAME.test(name)) || SECRET_TEXT.test(value);
}

function assetText(value: JsonObject, signature: string): string {
  const { hash, path } = value;
  const identity = typeof hash === "string" ? `sha256 ${hash.slice(0, 12)}` : typeof path === "string" ? path : "?";
  return `[${ASSET_SIGNATURES[signature]} ${identity}]`;
}

/** Messages hold what programs wrote into them. */
export function messageWithoutSecrets(text: string): string {
  return text
    .replaceAll(/([?&]sig=)[^&\s"']+/gi, `$1${HIDDEN}`)
    .replaceAll(/(\bAccountKey=)[^;\s"']+/gi, `$1${HIDDEN}`)
    .replaceAll(/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[^]*?(-----END \1PRIVATE KEY-----|$)/g, HIDDEN);
}
