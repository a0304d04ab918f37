/** Processors that a Windows machine of a cluster can have. */
export type WindowsArchitecture = "amd64" | "arm64";

/** What the header of a Windows program says. */
export interface PortableExecutable {
  /** The processor that it is built for; `other` for any that no Windows machine in Azure has, 32-bit ones included. */
  machine: WindowsArchitecture | "other";
  /** `console`: has standard output, as a service needs it · `gui` (Go: built with `-H windowsgui`) · `other`: driver, EFI, … */
  subsystem: "console" | "gui" | "other";
  /** A library can't be started. */
  kind: "program" | "library";
}

/** Why some bytes are not a Windows program. */
export interface NotPortableExecutable {
  /** Completes the sentence “The file is …”. */
  problem: string;
}

/** A part of a program as its section table describes it. */
export interface ProgramSection {
  name: string;
  /** Where it lies in the file, in bytes; zero bytes long where a section has no content in the file. */
  offset: number;
  size: number;
  /** Initialized data that the program may change, where Go's linker puts what it says about the build. */
  isWritableData: boolean;
}

/** How much of a file `readPortableExecutable` needs at most: the PE header stands in its first few hundred bytes. */
export const PORTABLE_EXECUTABLE_HEADER_BYTES = 64 * 1024;

// Numbers from Microsoft's "PE Format": Machine Types, Characteristics, Windows Subsystem.
const MACHINES: Record<number, PortableExecutable["machine"]> = { 0x8664: "amd64", 0xaa64: "arm64" };
const SUBSYSTEMS: Record<number, PortableExecutable["subsystem"]> = { 2: "gui", 3: "console" };
const IMAGE_FILE_DLL = 0x2000;
const IMAGE_SCN_CNT_INITIALIZED_DATA = 0x40;
const IMAGE_SCN_MEM_WRITE = 0x80000000;
const SECTION_HEADER_BYTES = 40;
const SYMBOL_BYTES = 18;

/** Formats that people hand over by mistake, by their first bytes. */
const OTHER_FORMATS: { magic: number[]; name: string }[] = [
  { magic: [0x7f, 0x45, 0x4c, 0x46], name: "an ELF program (Linux)" },
  { magic: [0xcf, 0xfa, 0xed, 0xfe], name: "a Mach-O program (macOS)" },
  { magic: [0xca, 0xfe, 0xba, 0xbe], name: "a universal Mach-O program (macOS)" },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: "a ZIP archive" },
  { magic: [0x1f, 0x8b], name: "a gzip archive" },
  { magic: [0x23, 0x21], name: "a script" },
];

/** Reads the header of a Windows program from the file's first bytes. */
export function readPortableExecutable(bytes: Uint8Array): PortableExecutable | NotPortableExecutable {
  if (bytes.length === 0) return { problem: "empty" };
  const other = OTHER_FORMATS.find(({ magic }) => magic.every((byte, index) => bytes[index] === byte));
  if (other) return { problem: other.name };

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 2 || view.getUint16(0, true) !== 0x5a4d) return { problem: 'not a Windows program (no "MZ")' };
  if (bytes.length < 0x40) return { problem: "a truncated Windows program (ends in the DOS header)" };

  const header = view.getUint32(0x3c, true);
  const optionalHeader = header + 24;
  const end = optionalHeader + 70;
  if (end > bytes.length) return { problem: "a DOS or truncated Windows program (its PE header lies behind its end)" };
  if (view.getUint32(header, true) !== 0x00004550) return { problem: 'a DOS program, not a Windows one (no "PE")' };

  return {
    machine: MACHINES[view.getUint16(header + 4, true)] ?? "other",
    subsystem: SUBSYSTEMS[view.getUint16(optionalHeader + 68, true)] ?? "other",
    kind: view.getUint16(header + 22, true) & IMAGE_FILE_DLL ? "library" : "program",
  };
}

/**
 * The sections of a whole program for which `readPortableExecutable` has no problem to tell. A table that leads out of
 * the file ends where the file does.
 */
export function readSections(bytes: Uint8Array): ProgramSection[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = view.getUint32(0x3c, true);
  // Longer names stand in a table behind the symbols, and a section has "/" and the place in that table.
  const longNames = view.getUint32(header + 12, true) + view.getUint32(header + 16, true) * SYMBOL_BYTES;
  const first = header + 24 + view.getUint16(header + 20, true);
  const declared = view.getUint16(header + 6, true);
  const count = Math.max(0, Math.min(declared, Math.floor((bytes.length - first) / SECTION_HEADER_BYTES)));
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * SECTION_HEADER_BYTES;
    const short = text(bytes, at, at + 8);
    const offset = Math.min(view.getUint32(at + 20, true), bytes.length);
    const traits = view.getUint32(at + 36, true);
    return {
      name: /^\/\d+$/.test(short) ? text(bytes, longNames + Number(short.slice(1)), bytes.length) : short,
      offset,
      size: Math.min(view.getUint32(at + 16, true), bytes.length - offset),
      isWritableData: (traits & IMAGE_SCN_CNT_INITIALIZED_DATA) !== 0 && (traits & IMAGE_SCN_MEM_WRITE) !== 0,
    };
  });
}

/** Text up to its zero byte, or up to `end`. */
function text(bytes: Uint8Array, start: number, end: number): string {
  const zero = bytes.indexOf(0, start);
  return new TextDecoder("latin1").decode(bytes.subarray(start, zero < 0 ? end : Math.min(zero, end)));
}
