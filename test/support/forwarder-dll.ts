/**
 * The smallest Windows library (PE32+, x64): it has no code, and one exported name that stands for another library's.
 *
 * Wine 8 lacks `bcryptprimitives.dll`, which every program that Go ≥ 1.25 builds asks for random numbers; its
 * `ProcessPrng` is what `SystemFunction036` of `advapi32.dll` does.
 *
 * @see https://learn.microsoft.com/windows/win32/debug/pe-format
 */
export function forwarderLibrary(library: string, exported: string, target: string): Buffer {
  const section = exportSection(library, exported, target);
  const file = Buffer.alloc(FILE_ALIGNMENT * 2);
  file.write("MZ", 0, "latin1");
  file.writeUInt32LE(PE_OFFSET, 0x3c);
  file.write("PE\0\0", PE_OFFSET, "latin1");
  const coff = PE_OFFSET + 4;
  file.writeUInt16LE(0x8664, coff); // machine: x64
  file.writeUInt16LE(1, coff + 2); // sections
  file.writeUInt16LE(OPTIONAL_HEADER_SIZE, coff + 16);
  file.writeUInt16LE(0x2022, coff + 18); // executable image, large addresses, library
  const optional = coff + 20;
  file.writeUInt16LE(0x20b, optional); // PE32+
  file.writeBigUInt64LE(0x1_8000_0000n, optional + 24); // preferred address
  file.writeUInt32LE(SECTION_ADDRESS, optional + 32); // alignment in memory
  file.writeUInt32LE(FILE_ALIGNMENT, optional + 36);
  file.writeUInt16LE(6, optional + 40); // Windows version
  file.writeUInt16LE(6, optional + 48); // subsystem version
  file.writeUInt32LE(SECTION_ADDRESS * 2, optional + 56); // size in memory
  file.writeUInt32LE(FILE_ALIGNMENT, optional + 60); // size of the headers
  file.writeUInt16LE(2, optional + 68); // subsystem
  file.writeUInt16LE(0x100, optional + 70); // no code in data
  file.writeUInt32LE(16, optional + 108); // data directories; the first is the exports'
  file.writeUInt32LE(SECTION_ADDRESS, optional + 112);
  file.writeUInt32LE(section.length, optional + 116);
  const header = optional + OPTIONAL_HEADER_SIZE;
  file.write(".edata", header, "latin1");
  file.writeUInt32LE(section.length, header + 8);
  file.writeUInt32LE(SECTION_ADDRESS, header + 12);
  file.writeUInt32LE(FILE_ALIGNMENT, header + 16); // size in the file
  file.writeUInt32LE(FILE_ALIGNMENT, header + 20); // place in the file
  file.writeUInt32LE(0x4000_0040, header + 36); // initialised data, readable
  section.copy(file, FILE_ALIGNMENT);
  return file;
}

const PE_OFFSET = 0x40;
const OPTIONAL_HEADER_SIZE = 240;
const FILE_ALIGNMENT = 0x200;
const SECTION_ADDRESS = 0x1000;

/** Directory (40 bytes), then the three tables of one row each, then the texts. A row that points in here forwards. */
function exportSection(library: string, exported: string, target: string): Buffer {
  const tables = Buffer.alloc(52);
  const texts = [library, exported, target].map((text) => Buffer.from(`${text}\0`, "latin1"));
  const [libraryAt, exportedAt, targetAt] = texts.map(
    (_, index) => SECTION_ADDRESS + tables.length + Buffer.concat(texts.slice(0, index)).length,
  ) as [number, number, number];
  tables.writeUInt32LE(libraryAt, 12);
  tables.writeUInt32LE(1, 16); // first ordinal
  tables.writeUInt32LE(1, 20); // functions
  tables.writeUInt32LE(1, 24); // names
  tables.writeUInt32LE(SECTION_ADDRESS + 40, 28);
  tables.writeUInt32LE(SECTION_ADDRESS + 44, 32);
  tables.writeUInt32LE(SECTION_ADDRESS + 48, 36);
  tables.writeUInt32LE(targetAt, 40);
  tables.writeUInt32LE(exportedAt, 44);
  tables.writeUInt16LE(0, 48);
  return Buffer.concat([tables, ...texts]);
}
