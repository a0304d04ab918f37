import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { checkShape, isDeferred, type Field, type Fields } from "@windows-ha/spec";

const rulesOf = (field: Field, value: unknown): string[] =>
  checkShape(field, value, "it").map((item) => `${item.rule} ${item.path}`);

const word: Field = { kind: "string", pattern: /^[a-z]+$/ };
const size: Field = { kind: "string", minLength: 2, maxLength: 3 };
const mode: Field = { kind: "string", oneOf: ["Tcp", "Udp"] };
const port: Field = { kind: "integer", minimum: 1, maximum: 10 };
const share: Field = { kind: "number", minimum: 0 };
const flag: Field = { kind: "boolean" };
const words: Field = { kind: "list", of: word, minItems: 1, maxItems: 2, unique: true };
const labels: Field = { kind: "map", of: word, keyPattern: /^[A-Z]+$/ };
const place: Field = {
  kind: "object",
  fields: { port: { ...port, required: true }, inner: { kind: "object", fields: { flag } } },
};

describe("checkShape", () => {
  const CASES: { field: Field; value: unknown; expected: string[] }[] = [
    { field: word, value: "orders", expected: [] },
    { field: word, value: "Orders", expected: ["pattern it"] },
    { field: word, value: "orders\n", expected: ["pattern it"] },
    { field: word, value: "", expected: ["pattern it"] },
    { field: word, value: 7, expected: ["type it"] },
    { field: word, value: ["orders"], expected: ["type it"] },
    { field: size, value: "a", expected: ["length it"] },
    { field: size, value: "abcd", expected: ["length it"] },
    { field: mode, value: "Tcp", expected: [] },
    { field: mode, value: "tcp", expected: ["one-of it"] },
    { field: port, value: 1, expected: [] },
    { field: port, value: 10, expected: [] },
    { field: port, value: 0, expected: ["range it"] },
    { field: port, value: 11, expected: ["range it"] },
    { field: port, value: 1.5, expected: ["type it"] },
    { field: port, value: "8080", expected: ["type it"] },
    { field: port, value: NaN, expected: ["type it"] },
    { field: port, value: Infinity, expected: ["type it"] },
    { field: share, value: 0.5, expected: [] },
    { field: share, value: -0.5, expected: ["range it"] },
    { field: flag, value: false, expected: [] },
    { field: flag, value: "false", expected: ["type it"] },
    { field: flag, value: 0, expected: ["type it"] },
    { field: words, value: ["a", "b"], expected: [] },
    { field: words, value: [], expected: ["length it"] },
    { field: words, value: ["a", "b", "c"], expected: ["length it"] },
    { field: words, value: ["a", "a"], expected: ["unique it"] },
    { field: words, value: "a", expected: ["type it"] },
    { field: words, value: { 0: "a" }, expected: ["type it"] },
    { field: words, value: ["a", undefined], expected: ["required it[1]"] },
    { field: words, value: ["A", null], expected: ["pattern it[0]", "required it[1]"] },
    { field: labels, value: { A: "a" }, expected: [] },
    { field: labels, value: { a: "a", B: "B" }, expected: ['pattern it["a"]', 'pattern it["B"]'] },
    { field: labels, value: ["a"], expected: ["type it"] },
    { field: place, value: { port: 1, inner: { flag: true } }, expected: [] },
    { field: place, value: {}, expected: ["required it.port"] },
    { field: place, value: { port: null }, expected: ["required it.port"] },
    {
      field: place,
      value: { port: 0, inner: { flag: 1, flagg: 2 }, prot: 3 },
      expected: ["unknown-property it.prot", "range it.port", "unknown-property it.inner.flagg", "type it.inner.flag"],
    },
    { field: place, value: { port: 1, spare: undefined }, expected: [] },
    { field: place, value: [], expected: ["type it"] },
    { field: place, value: "port", expected: ["type it"] },
  ];
  for (const { field, value, expected } of CASES) {
    const outcome = expected.length === 0 ? "nothing" : expected.join(", ");
    it(`finds ${outcome} for ${field.kind} ${JSON.stringify(value)}`, () =>
      expect(rulesOf(field, value)).to.deep.equal(expected));
  }

  const KINDS: Field[] = [word, port, share, flag, words, labels, place];
  for (const field of KINDS) {
    it(`takes no ${field.kind} when it isn't required and says so when it is`, () => {
      expect(rulesOf(field, undefined)).to.deep.equal([]);
      expect(rulesOf({ ...field, required: true }, undefined)).to.deep.equal(["required it"]);
    });

    it(`finds an Output, a promise and a resource where a plain ${field.kind} is needed`, () => {
      class Part extends pulumi.ComponentResource {}
      const resource = Object.assign(Object.create(Part.prototype) as object, { __pulumiResource: true });
      (resource as { parent?: unknown }).parent = resource;
      expect(rulesOf(field, pulumi.output("a"))).to.deep.equal(["not-plain it"]);
      expect(rulesOf(field, pulumi.secret("a"))).to.deep.equal(["not-plain it"]);
      expect(rulesOf(field, Promise.resolve("a"))).to.deep.equal(["not-plain it"]);
      expect(rulesOf(field, resource)).to.deep.equal(["type it"]);
    });

    it(`takes an Output or a promise at a ${field.kind} that may come from another resource`, () => {
      expect(rulesOf({ ...field, input: true, required: true }, pulumi.output("a"))).to.deep.equal([]);
      expect(rulesOf({ ...field, input: true, required: true }, Promise.resolve("a"))).to.deep.equal([]);
    });
  }

  it("says for any value at all what is allowed and how to fix it, and never crashes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.anything({ withBigInt: true, withNullPrototype: true }),
        (field, value) => {
          for (const item of checkShape(field, value, "it")) {
            expect(item.rule).to.match(/^[a-z-]+$/);
            expect(item.path).to.match(/^it/);
            expect(item.allowed).not.to.equal("");
            expect(item.fix).not.to.equal("");
          }
        },
      ),
    );
  });
});

describe("checkShape, at a property that nobody knows", () => {
  const fields: Fields = { minimumActive: port, osDiskType: word, count: port };
  const field: Field = { kind: "object", fields };
  const SUGGESTIONS = [
    { name: "minimumactive", fix: "Did you mean it.minimumActive?" },
    { name: "cuont", fix: "Did you mean it.count?" },
    { name: "osDiskTyp", fix: "Did you mean it.osDiskType?" },
    { name: "certificate", fix: "Remove it.certificate." },
  ];
  for (const { name, fix } of SUGGESTIONS) {
    it(`answers ${name} with "${fix}"`, () => {
      const [found, ...others] = checkShape(field, { [name]: 1 }, "it");
      expect(others).to.deep.equal([]);
      expect(found).to.include({ rule: "unknown-property", path: `it.${name}`, fix });
      expect(found!.allowed).to.equal("minimumActive, osDiskType, count");
    });
  }

  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    it(`doesn't take ${name} for a property because every object inherits it`, () => {
      const value = Object.fromEntries([[name, 1]]);
      expect(rulesOf(field, value)).to.deep.equal([`unknown-property it.${name}`]);
    });
  }

  it("never shows the value of an unknown property: it may be a misspelt secret", () => {
    expect(JSON.stringify(checkShape(field, { adminPasword: "canary" }, "it"))).not.to.include("canary");
  });
});

describe("checkShape, where a value may be a secret", () => {
  const secret: Field = { kind: "string", confidential: true, minLength: 100, pattern: /^$/ };
  const HOLDERS: [string, Field, (canary: string) => unknown][] = [
    ["the value itself", secret, (canary) => canary],
    ["a wrong kind of value", secret, (canary) => [canary]],
    ["an item of a list", { kind: "list", of: secret }, (canary) => [canary]],
    ["text instead of the list", { kind: "list", of: secret }, (canary) => canary],
    ["a value of a map", { kind: "map", of: secret }, (canary) => ({ A: canary })],
    ["a list instead of the map", { kind: "map", of: secret }, (canary) => [canary]],
    ["too many items", { kind: "list", of: { kind: "string", confidential: true }, maxItems: 0 }, (canary) => [canary]],
    [
      "equal items",
      { kind: "list", of: { kind: "string", confidential: true }, unique: true },
      (canary) => [canary, canary],
    ],
    [
      "a list instead of the object",
      { kind: "object", fields: { deep: { kind: "map", of: secret } } },
      (canary) => [canary],
    ],
    ["an unknown property beside it", { kind: "object", fields: { deep: secret } }, (canary) => ({ other: canary })],
  ];
  for (const [title, field, holder] of HOLDERS) {
    it(`finds what is wrong with ${title} and doesn't repeat it`, () => {
      fc.assert(
        fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,40}$/), (canary) => {
          const findings = checkShape(field, holder(canary), "it");
          expect(findings).not.to.deep.equal([]);
          expect(JSON.stringify(findings)).not.to.include(canary);
        }),
        { numRuns: 20 },
      );
    });
  }
});

describe("isDeferred", () => {
  it("knows Outputs and promises, and nothing else", () => {
    expect([pulumi.output(1), pulumi.secret(1), Promise.resolve(1)].map(isDeferred)).to.deep.equal([true, true, true]);
    expect([null, undefined, 1, "x", {}, [], { then: 1 }, () => 1].some(isDeferred)).to.equal(false);
  });
});
