import { expect } from "chai";
import { readPortableExecutable } from "@windows-ha/spec";
import { windowsProgram as program } from "../../support/windows-program";

describe("readPortableExecutable", () => {
  it("knows a console program for amd64", () => {
    expect(readPortableExecutable(program())).to.deep.equal({
      machine: "amd64",
      subsystem: "console",
      kind: "program",
    });
  });

  const FIELDS = [
    { header: { machine: 0xaa64 }, shows: { machine: "arm64" } },
    { header: { machine: 0x14c }, shows: { machine: "other" } },
    { header: { subsystem: 2 }, shows: { subsystem: "gui" } },
    { header: { subsystem: 10 }, shows: { subsystem: "other" } },
    { header: { characteristics: 0x2022 }, shows: { kind: "library" } },
    { header: { headerAt: 0x400 }, shows: { machine: "amd64", subsystem: "console" } },
  ];
  for (const { header, shows } of FIELDS) {
    it(`reads ${JSON.stringify(shows)} from ${JSON.stringify(header)}`, () => {
      expect(readPortableExecutable(program(header))).to.deep.include(shows);
    });
  }

  it("reads a view into a larger buffer", () => {
    const whole = new Uint8Array([1, 2, 3, ...program()]);
    expect(readPortableExecutable(whole.subarray(3))).to.deep.include({ machine: "amd64" });
  });

  const OTHERS: { name: string; bytes: number[] | Uint8Array; problem: string }[] = [
    { name: "nothing", bytes: [], problem: "empty" },
    { name: "one byte", bytes: [0x4d], problem: 'not a Windows program (no "MZ")' },
    { name: "an ELF program", bytes: [0x7f, 0x45, 0x4c, 0x46, 2], problem: "an ELF program (Linux)" },
    { name: "a Mach-O program", bytes: [0xcf, 0xfa, 0xed, 0xfe], problem: "a Mach-O program (macOS)" },
    {
      name: "a universal Mach-O program",
      bytes: [0xca, 0xfe, 0xba, 0xbe],
      problem: "a universal Mach-O program (macOS)",
    },
    { name: "a script", bytes: [...Buffer.from("#!/bin/sh")], problem: "a script" },
    { name: "a ZIP archive", bytes: [0x50, 0x4b, 3, 4], problem: "a ZIP archive" },
    { name: "text", bytes: [...Buffer.from("hello")], problem: 'not a Windows program (no "MZ")' },
    {
      name: "a DOS header alone",
      bytes: program().subarray(0, 0x20),
      problem: "a truncated Windows program (ends in the DOS header)",
    },
    {
      name: "a program without its header's end",
      bytes: program().subarray(0, 0x90),
      problem: "a DOS or truncated Windows program (its PE header lies behind its end)",
    },
    { name: "a DOS program", bytes: withoutSignature(), problem: 'a DOS program, not a Windows one (no "PE")' },
  ];
  for (const { name, bytes, problem } of OTHERS) {
    it(`says what ${name} is instead`, () => {
      expect(readPortableExecutable(Uint8Array.from(bytes))).to.deep.equal({ problem });
    });
  }

  it("answers for every cut of a program, and never throws", () => {
    const whole = program();
    for (let length = 0; length <= whole.length; length++) {
      const seen = readPortableExecutable(whole.subarray(0, length));
      expect("problem" in seen, `${length} bytes`).to.equal(length < 0x80 + 24 + 70);
    }
  });
});

function withoutSignature(): Uint8Array {
  const bytes = program();
  bytes[0x80] = 0;
  return bytes;
}
