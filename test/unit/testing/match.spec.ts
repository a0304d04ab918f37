import { Capture, Match, UNKNOWN, type Recording, type RecordedResource, Template } from "@windows-ha/testing";
import { expect } from "chai";
import { failureOf } from "./failure";

/** A recording of one resource with these inputs; matching needs no more. */
function withInputs(inputs: Record<string, unknown>, secretPaths: string[] = []): Template {
  const resource = { type: "t", name: "n", urn: "u", inputs, secretPaths, outputSecretPaths: [] };
  return Template.of({ resources: [resource as Partial<RecordedResource>] } as Recording);
}

interface Row {
  name: string;
  wanted: unknown;
  matches: unknown[];
  fails: unknown[];
}

const rows: Row[] = [
  {
    name: "a literal object: other properties may stand beside",
    wanted: { a: { b: 1 } },
    matches: [{ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }],
    fails: [{ a: { b: 2 } }, { a: {} }, {}, undefined, null, [], "a"],
  },
  {
    name: "a literal array: same length, objects in it by part",
    wanted: [{ a: 1 }, 2],
    matches: [[{ a: 1, b: 2 }, 2]],
    fails: [[{ a: 1 }], [{ a: 1 }, 2, 3], [2, { a: 1 }], { 0: { a: 1 }, 1: 2 }],
  },
  { name: "null", wanted: null, matches: [null], fails: [undefined, 0, ""] },
  { name: "numbers and their texts", wanted: 1, matches: [1], fails: ["1", true, 1.5] },
  {
    name: "objectEquals, also inside",
    wanted: Match.objectEquals({ a: { b: 1 } }),
    matches: [{ a: { b: 1 } }],
    fails: [{ a: { b: 1 }, c: 1 }, { a: { b: 1, c: 1 } }, {}],
  },
  {
    name: "objectLike inside arrayEquals",
    wanted: Match.arrayEquals([Match.objectLike({ a: 1 })]),
    matches: [[{ a: 1, b: 2 }]],
    fails: [[{ b: 2 }], [{ a: 1 }, { a: 1 }], []],
  },
  {
    name: "arrayEquals",
    wanted: Match.arrayEquals([{ a: 1 }]),
    matches: [[{ a: 1 }]],
    fails: [[{ a: 1, b: 2 }], [], [{ a: 1 }, { a: 1 }]],
  },
  {
    name: "arrayWith: in order, with gaps",
    wanted: Match.arrayWith([{ a: 1 }, { a: 2 }]),
    matches: [
      [{ a: 1 }, { a: 2 }],
      [{ a: 0 }, { a: 1, b: 1 }, { a: 9 }, { a: 2 }, { a: 3 }],
    ],
    fails: [[{ a: 2 }, { a: 1 }], [{ a: 1 }], [], "a"],
  },
  {
    name: "arrayWith needs an element for each",
    wanted: Match.arrayWith([1, 1]),
    matches: [[1, 2, 1]],
    fails: [[1, 2]],
  },
  { name: "absent", wanted: Match.absent(), matches: [undefined], fails: [null, "", 0, UNKNOWN] },
  { name: "anyValue", wanted: Match.anyValue(), matches: ["", 0, false, UNKNOWN, []], fails: [undefined, null] },
  { name: "not", wanted: Match.not("x"), matches: ["y", undefined, 1], fails: ["x"] },
  { name: "not absent", wanted: Match.not(Match.absent()), matches: [null, 1], fails: [undefined] },
  {
    name: "stringLikeRegexp",
    wanted: Match.stringLikeRegexp("^a.c$"),
    matches: ["abc"],
    fails: ["abcd", "ABC", 5, undefined],
  },
  { name: "stringLikeRegexp with flags", wanted: Match.stringLikeRegexp(/B/gi), matches: ["abc", "b"], fails: ["ac"] },
  {
    name: "serializedJson",
    wanted: Match.serializedJson({ a: Match.arrayWith([2]) }),
    matches: ['{"a":[1,2],"b":0}'],
    fails: ['{"a":[1]}', "not json", { a: [2] }],
  },
  { name: "unknown", wanted: Match.unknown(), matches: [UNKNOWN], fails: ["<unknown>", undefined, {}] },
  { name: "a literal against an unknown value", wanted: { a: 1 }, matches: [], fails: [UNKNOWN, { a: UNKNOWN }] },
];

describe("testing: Match", () => {
  for (const { name, wanted, matches, fails } of rows) {
    it(name, () => {
      for (const value of matches) withInputs({ value }).hasResourceInputs("t", { value: wanted });
      for (const value of fails) failureOf(() => withInputs({ value }).hasResourceInputs("t", { value: wanted }));
    });
  }

  it("secret: only what is a secret by itself or inside one", () => {
    const template = withInputs({ a: "x", b: { c: "x" }, d: '{"e":"x"}' }, ["a", "b", "d"]);
    template.hasResourceInputs("t", {
      a: Match.secret(),
      b: { c: Match.secret("x") },
      d: Match.serializedJson({ e: Match.secret("x") }),
    });
    failureOf(() => template.hasResourceInputs("t", { a: Match.secret("y") }));
    const clear = withInputs({ a: "x", ab: "x" }, ["b", "a.b"]);
    expect(failureOf(() => clear.hasResourceInputs("t", { a: Match.secret("x") }))).to.contain("'x', not a secret");
    failureOf(() => withInputs({ ab: "x" }, ["a"]).hasResourceInputs("t", { ab: Match.secret() }));
  });

  it("shows the closest element of an array", () => {
    const rules = [
      { name: "a", port: 80, access: "Deny" },
      { name: "b", port: 8080, access: "Deny" },
    ];
    const message = failureOf(() =>
      withInputs({ rules }).hasResourceInputs("t", { rules: Match.arrayWith([{ port: 8080, access: "Allow" }]) }),
    );
    expect(message).to.contain("at rules[1].access\n      seen:   'Deny'\n      wanted: 'Allow'");
  });

  it("writes nested matchers readably", () => {
    const message = failureOf(() =>
      withInputs({}).hasResourceInputs("t", { a: Match.arrayWith([{ b: Match.not(Match.stringLikeRegexp("x")) }]) }),
    );
    expect(message).to.contain("wanted: arrayWith([ { b: not(stringLikeRegexp(/x/)) } ])");
    expect(message).to.contain("seen:   (absent)");
  });

  it("captures through arrayWith and not through not", () => {
    const kept = new Capture();
    withInputs({
      a: [
        { k: 1, v: "one" },
        { k: 2, v: "two" },
      ],
    }).hasResourceInputs("t", {
      a: Match.arrayWith([{ k: 2, v: kept }]),
    });
    expect(kept.all()).to.deep.equal(["two"]);
    withInputs({ a: 1 }).hasResourceInputs("t", { a: Match.not({ b: kept }) });
    expect(kept.all()).to.have.length(1);
  });

  it("refuses a wanted value that no recorded value can equal", () => {
    for (const wanted of [/x/, new Date(0), new Map(), () => 1]) {
      expect(() => withInputs({ a: {} }).hasResourceInputs("t", { a: wanted })).to.throw(
        TypeError,
        "plain data or a Match",
      );
    }
  });
});
