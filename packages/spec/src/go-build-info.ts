import { readSections } from "./portable-executable";

/** What Go's linker wrote into a program about its build. */
export interface GoBuildInfo {
  /** For example `go1.26.8`. */
  goVersion: string;
  /** Settings of the build by name: `CGO_ENABLED`, `-race`, `-gcflags`, `vcs.modified`, … */
  settings: ReadonlyMap<string, string>;
  /** The modules that it holds, its own first. */
  modules: readonly string[];
  /** Modules that were taken from a folder beside the program's source, by a `replace` in go.mod. */
  localModules: readonly string[];
}

/** Where it begins, in data of the program, at a multiple of 16 bytes (Go's `debug/buildinfo`). */
const MAGIC = [0xff, ...new TextEncoder().encode(" Go buildinf:")];
const ALIGNMENT_BYTES = 16;
const HEADER_BYTES = 32;
const FLAGS_AT = 15;
/** Go 1.18 and newer: the strings follow the header, and no pointers need to be followed. */
const INLINE_STRINGS = 0x2;
/** Around the list of modules stand two marks. */
const MARK_BYTES = 16;
/** As in go.mod: what begins otherwise is a module's name. */
const FOLDER = /^(\.{0,2}[\\/]|[a-z]:)/i;

/**
 * Reads what Go wrote into a Windows program.
 *
 * @param bytes a whole program for which `readPortableExecutable` has no problem to tell
 * @returns undefined for a program that Go 1.18 or newer didn't build
 */
export function readGoBuildInfo(bytes: Uint8Array): GoBuildInfo | undefined {
  for (const { offset, size, isWritableData } of readSections(bytes)) {
    if (!isWritableData) continue;
    const data = bytes.subarray(offset, offset + size);
    const at = findMagic(data);
    if (at === undefined) continue;
    if ((data[at + FLAGS_AT]! & INLINE_STRINGS) === 0) return undefined;
    const version = readString(data, at + HEADER_BYTES);
    if (version === undefined) return undefined;
    const modules = readString(data, version.end)?.text ?? "";
    return { goVersion: version.text, ...parseModules(modules.slice(MARK_BYTES, -MARK_BYTES)) };
  }
  return undefined;
}

function findMagic(data: Uint8Array): number | undefined {
  for (let at = 0; at + HEADER_BYTES <= data.length; at += ALIGNMENT_BYTES) {
    if (MAGIC.every((byte, index) => data[at + index] === byte)) return at;
  }
  return undefined;
}

/** A length in groups of seven bits, low ones first, and as many bytes. */
function readString(data: Uint8Array, at: number): { text: string; end: number } | undefined {
  let length = 0;
  for (let shift = 0, start = at; shift < 32 && start < data.length; shift += 7) {
    const byte = data[start++]!;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte >= 0x80) continue;
    const end = start + length;
    // One character per byte: the marks aren't UTF-8.
    return end > data.length ? undefined : { text: new TextDecoder("latin1").decode(data.subarray(start, end)), end };
  }
  return undefined;
}

/** Lines of `kind<TAB>…`, as `go version -m` prints them. */
function parseModules(text: string): Omit<GoBuildInfo, "goVersion"> {
  const settings = new Map<string, string>();
  const modules: string[] = [];
  const localModules: string[] = [];
  for (const line of text.split("\n")) {
    const [kind, first = ""] = line.split("\t");
    if (kind === "mod" || kind === "dep") modules.push(first);
    if (kind === "=>" && FOLDER.test(first)) localModules.push(`${modules.at(-1)} => ${first}`);
    if (kind === "build") {
      const equals = first.indexOf("=");
      settings.set(first.slice(0, equals), unquote(first.slice(equals + 1)));
    }
  }
  return { settings, modules, localModules };
}

/** Go quotes values that hold blanks or quotes. */
function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return JSON.parse(value) as string;
  } catch {
    return value;
  }
}
