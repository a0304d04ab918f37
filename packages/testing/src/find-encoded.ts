/** How a text can stand in a file or a property without being readable at once. */
export type Encoding = "plain" | "utf-16le" | "base64" | "base64 of utf-16le" | "url" | "json";

/** A place where a text was found. */
export interface EncodedHit {
  encoding: Encoding;
  /** In bytes, for text input in bytes of its UTF-8 form. */
  offset: number;
}

/** Shorter texts turn up by chance, most of all in base64. */
const minimumLength = 8;

/**
 * Finds a text in all the disguises in which secrets leak: plain, as UTF-16LE, inside base64 at any alignment (also
 * of UTF-16LE, as `powershell -EncodedCommand` takes it, and in the URL alphabet), percent-encoded in any mixture,
 * and escaped for JSON, also more than once.
 *
 * @param haystack text, or the bytes of a file
 * @param canary the text to find, at least 8 characters
 * @returns the first hit of each encoding; nothing if there is none
 * @throws RangeError if the canary is too short to be told from chance
 */
export function findEncoded(haystack: string | Uint8Array, canary: string): EncodedHit[] {
  if (canary.length < minimumLength) {
    throw new RangeError(
      `a canary needs at least ${minimumLength} characters, seen ${canary.length}; use a longer one`,
    );
  }
  // One character for each byte, so that offsets are bytes and binary files work.
  const bytes = (typeof haystack === "string" ? Buffer.from(haystack, "utf8") : Buffer.from(haystack)).toString(
    "latin1",
  );
  const plain = Buffer.from(canary, "utf8");
  // No encoding is shorter than the text itself.
  if (bytes.length < plain.length) return [];
  const wide = Buffer.from(canary, "utf16le");
  const searches: Record<Encoding, () => number> = {
    plain: () => bytes.indexOf(plain.toString("latin1")),
    "utf-16le": () => bytes.indexOf(wide.toString("latin1")),
    base64: () => firstOf(bytes, base64Forms(plain)),
    "base64 of utf-16le": () => firstOf(bytes, base64Forms(wide)),
    url: () => searchEscaped(bytes, [...plain].map(urlForms), plain),
    json: () => searchEscaped(bytes, [...canary].map(jsonForms), plain),
  };
  return (Object.keys(searches) as Encoding[])
    .map((encoding) => ({ encoding, offset: searches[encoding]() }))
    .filter(({ offset }) => offset >= 0);
}

function firstOf(bytes: string, needles: readonly string[]): number {
  const offsets = needles.map((needle) => bytes.indexOf(needle)).filter((offset) => offset >= 0);
  return offsets.length === 0 ? -1 : Math.min(...offsets);
}

/**
 * Base64 looks different for each of the three places in a group of three bytes where a text can begin. Characters
 * that also depend on the neighbours are cut off.
 */
function base64Forms(text: Buffer): string[] {
  const forms = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), text]).toString("base64");
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + text.length) * 8) / 6));
  });
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** A byte as itself or in percent form; a blank also as `+`. */
function urlForms(byte: number): string {
  const hex = byte.toString(16).padStart(2, "0");
  const anyCase = [...hex].map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit)).join("");
  const forms = [escapeRegExp(String.fromCharCode(byte)), `%${anyCase}`, ...(byte === 0x20 ? ["\\+"] : [])];
  return `(?:${forms.join("|")})`;
}

const shortEscapes: Record<string, string> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" };

/** A character as itself or escaped; JSON inside JSON doubles the backslashes. */
function jsonForms(character: string): string {
  const units = character.split("").map((unit) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\\\+u${[...hex].map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit)).join("")}`;
  });
  const asBytes = escapeRegExp(Buffer.from(character, "utf8").toString("latin1"));
  const short = shortEscapes[character] ?? character;
  const escaped = /["\\/\n\r\t\b\f]/.test(character) ? [`\\\\+${escapeRegExp(short)}`] : [];
  return `(?:${[asBytes, units.join(""), ...escaped].join("|")})`;
}

/** The first place that is not simply the plain text. */
function searchEscaped(bytes: string, forms: readonly string[], plain: Buffer): number {
  for (const hit of bytes.matchAll(new RegExp(forms.join(""), "g"))) {
    if (hit[0] !== plain.toString("latin1")) return hit.index;
  }
  return -1;
}
