import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { describeValue, formatFindings } from "@windows-ha/spec";

describe("formatFindings", () => {
  it("says what, where, seen, allowed and how to fix it, one numbered block per finding", () => {
    const text = formatFindings('WindowsHaCluster "orders"', [
      { rule: "range", path: "service.port", seen: "0", allowed: "a whole number from 1 to 65535", fix: "Set it." },
      { rule: "password-complexity", path: "machines.adminPassword", allowed: "three kinds", fix: "Leave it out." },
    ]);
    expect(text).to.equal(
      [
        'WindowsHaCluster "orders": 2 problems; nothing was created.',
        "  1. service.port is 0 [range]",
        "     allowed: a whole number from 1 to 65535",
        "     fix: Set it.",
        "  2. machines.adminPassword [password-complexity]",
        "     allowed: three kinds",
        "     fix: Leave it out.",
      ].join("\n"),
    );
  });

  it("counts one problem in the singular", () => {
    expect(formatFindings("X", [{ rule: "r", path: "p", allowed: "a", fix: "f" }])).to.match(/^X: 1 problem; /);
  });

  it("names the arguments when the finding is about all of them", () => {
    const text = formatFindings("X", [{ rule: "type", path: "", seen: "42", allowed: "a", fix: "f" }]);
    expect(text).to.include("1. the arguments is 42 [type]");
  });
});

describe("describeValue", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const VALUES: [string, unknown, string][] = [
    ["nothing", undefined, "missing"],
    ["text, in quotes", "orders", '"orders"'],
    ["not a number", NaN, "NaN"],
    ["infinity", -Infinity, "-Infinity"],
    ["a big integer", 12n, "12"],
    ["a function", () => 1, "a function"],
    ["a symbol", Symbol("mark"), "Symbol(mark)"],
    ["an object", { a: [1] }, '{"a":[1]}'],
    ["an object that holds itself", cycle, "an object"],
    ["a list that JSON can't show", [1n], "a list"],
    ["an Output inside a list", [pulumi.output("x")], '["<known only during the deployment>"]'],
  ];
  for (const [title, value, text] of VALUES) {
    it(`shows ${title} as ${text}`, () => expect(describeValue(value)).to.equal(text));
  }

  it("stays on one line of at most 80 characters, whatever the value is", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true }), (value) => {
        const text = describeValue(value);
        expect(text.length).to.be.within(1, 80);
        expect(text).not.to.match(/[\r\n]/);
      }),
    );
  });
});
