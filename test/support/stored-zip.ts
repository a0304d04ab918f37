import { crc32 } from "node:zlib";

/** A zip file whose entries are stored as they are: quick, also for a program of 130 MB. */
export function storedZip(entries: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const text = Buffer.from(name);
    // From "version needed" to "extra length", which a file's own header and the directory have alike.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(text.length, 22);
    const header = Buffer.concat([Buffer.from("PK\x03\x04"), common, text]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(0o100755 * 0x10000, 6);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), common, entry, text);
    parts.push(header, content);
    offset += header.length + content.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
