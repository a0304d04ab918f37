import fc from "fast-check";
import { findEncoded, type Encoding } from "@windows-ha/testing";
import { expect } from "chai";

const canary = 'C4nary/+"\\ 9f2e <ü>';
const encodingsOf = (haystack: string | Uint8Array, text = canary): Encoding[] =>
  findEncoded(haystack, text).map(({ encoding }) => encoding);

describe("testing: findEncoded", () => {
  const disguises: [Encoding, string | Buffer][] = [
    ["plain", `before ${canary} after`],
    ["utf-16le", Buffer.from(`x${canary}y`, "utf16le")],
    ["base64", `data:${Buffer.from(canary).toString("base64")}`],
    ["base64", Buffer.from(`user:${canary}`).toString("base64url")],
    ["base64 of utf-16le", `powershell -EncodedCommand ${Buffer.from(`$p='${canary}'`, "utf16le").toString("base64")}`],
    ["url", `https://host/?q=${encodeURIComponent(canary)}&x=1`],
    ["url", new URLSearchParams({ q: canary }).toString()],
    ["url", [...Buffer.from(canary)].map((byte) => `%${byte.toString(16)}`).join("")],
    ["json", JSON.stringify({ secret: canary })],
    ["json", JSON.stringify(JSON.stringify({ secret: canary }))],
    ["json", JSON.stringify(canary).replaceAll("<", "\\u003c").replaceAll("ü", "\\u00FC").replaceAll("/", "\\/")],
  ];
  for (const [encoding, haystack] of disguises) {
    it(`finds ${encoding} in ${JSON.stringify(haystack.toString("latin1" as BufferEncoding)).slice(0, 60)}`, () => {
      expect(encodingsOf(haystack)).to.deep.equal([encoding]);
    });
  }

  it("finds every text at every alignment, and gives the place of a plain one in bytes", () => {
    const text = fc.string({ minLength: 8, maxLength: 20, unit: "binary" });
    fc.assert(
      fc.property(text, fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (secret, before, after) => {
        const whole = `${before}${secret}${after}`;
        expect(encodingsOf(Buffer.from(whole).toString("base64"), secret)).to.include("base64");
        expect(encodingsOf(Buffer.from(whole, "utf16le").toString("base64"), secret)).to.include("base64 of utf-16le");
        expect(encodingsOf(JSON.stringify(whole), secret)).to.satisfy(
          (found: Encoding[]) => found.includes("json") || found.includes("plain"),
        );
        const [plain] = findEncoded(whole, secret);
        expect(plain?.offset).to.be.at.most(Buffer.byteLength(before));
      }),
    );
  });

  it("finds nothing where the text is not, however alike", () => {
    expect(findEncoded("", canary)).to.deep.equal([]);
    expect(findEncoded(canary.slice(1), canary)).to.deep.equal([]);
    expect(findEncoded(Buffer.from(canary.toLowerCase()).toString("base64"), canary)).to.deep.equal([]);
    expect(findEncoded(encodeURIComponent(canary.slice(0, -1)).repeat(50), canary)).to.deep.equal([]);
  });

  it("reads binary files", () => {
    const bytes = Buffer.concat([Buffer.from([0, 255, 254, 10]), Buffer.from("secret-123"), Buffer.from([0])]);
    expect(findEncoded(bytes, "secret-123")).to.deep.equal([{ encoding: "plain", offset: 4 }]);
  });

  it("refuses a canary that chance could write", () => {
    expect(() => findEncoded("anything", "short")).to.throw(RangeError, "at least 8 characters, seen 5");
  });
});
