import { expect } from "chai";
import fc from "fast-check";
import { contains, isCanonicalCidr, parseCidr } from "@windows-ha/spec";

describe("parseCidr", () => {
  const RANGES: [string, number, number, number][] = [
    ["10.20.0.0/22", 0x0a140000, 0x0a1403ff, 22],
    ["0.0.0.0/0", 0, 0xffffffff, 0],
    ["255.255.255.255", 0xffffffff, 0xffffffff, 32],
    ["10.20.0.77/22", 0x0a140000, 0x0a1403ff, 22],
    ["128.0.0.0/1", 0x80000000, 0xffffffff, 1],
  ];
  for (const [text, first, last, prefixLength] of RANGES) {
    it(`reads ${text}`, () => expect(parseCidr(text)).to.deep.equal({ first, last, prefixLength }));
  }

  const NOT_RANGES = [
    "",
    "10.20.0/16",
    "10.20.0.0/33",
    "10.20.0.0/",
    "10.20.0.0/-1",
    "10.20.0.0/8/8",
    "10.20.0.256",
    "10.020.0.0/16",
    "10.0.0.0/08",
    "0.0.0.0/00",
    "10.20.0.0 /16",
    "a.b.c.d",
    "::1/64",
    "1e1.0.0.0",
  ];
  for (const text of NOT_RANGES) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseCidr(text)).to.equal(undefined));
  }

  it("reads back every range that was written, with its size and its first address", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
        const range = parseCidr(`${address}/${length}`)!;
        expect(range.last - range.first + 1).to.equal(2 ** (32 - length));
        expect(range.first % 2 ** (32 - length)).to.equal(0);
        expect(contains(range, parseCidr(address)!)).to.equal(true);
      }),
    );
  });

  it("knows nested ranges: a shorter prefix of the same address contains the longer one", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 32 }), (address, a, b) => {
        const [outer, inner] = [parseCidr(`${address}/${Math.min(a, b)}`)!, parseCidr(`${address}/${Math.max(a, b)}`)!];
        expect(contains(outer, inner)).to.equal(true);
        expect(contains(inner, outer)).to.equal(a === b);
      }),
    );
  });
});

describe("isCanonicalCidr", () => {
  for (const text of ["10.20.0.0/22", "0.0.0.0/0", "203.0.113.7/32"]) {
    it(`takes ${text}`, () => expect(isCanonicalCidr(text)).to.equal(true));
  }
  for (const text of ["10.20.0.1/22", "203.0.113.7", "10.20.0.0/40", "VirtualNetwork"]) {
    it(`refuses ${text}`, () => expect(isCanonicalCidr(text)).to.equal(false));
  }
});
