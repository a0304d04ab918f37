/** The start of a Windows program, laid out as in Microsoft's "PE Format". */
export function windowsProgram({
  machine = 0x8664,
  subsystem = 3,
  characteristics = 0x22,
  headerAt = 0x80,
} = {}): Uint8Array {
  const bytes = new Uint8Array(headerAt + 24 + 112);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x5a4d, true);
  view.setUint32(0x3c, headerAt, true);
  view.setUint32(headerAt, 0x4550, true);
  view.setUint16(headerAt + 4, machine, true);
  view.setUint16(headerAt + 22, characteristics, true);
  view.setUint16(headerAt + 24 + 68, subsystem, true);
  return bytes;
}
