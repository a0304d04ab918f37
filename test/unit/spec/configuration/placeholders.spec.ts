import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { resolveConfiguration, type ConfigurationSpec } from "@windows-ha/spec";

const EMPTY: ConfigurationSpec = { defaults: {}, environment: {}, variables: {}, store: "files", notSecrets: [] };

/** What one text becomes, or the rules that it breaks. */
function resolved(text: string, variables: Record<string, unknown> = {}): string | string[] | undefined {
  const { values, findings } = resolveConfiguration({ ...EMPTY, defaults: { key: text }, variables });
  return findings.length > 0 ? findings.map(({ rule }) => rule) : values[0]!.value;
}

/** A text in the words of its parts: what it looks like, and what comes of it, told without reading it. */
type Text = ({ literal: string } | { name: string; fallback?: Text })[];

const NAMES = ["A", "B", "HOST", "_x9"];

const rendered = (text: Text): string =>
  text
    .map((part) =>
      "literal" in part
        ? part.literal.replaceAll("${", () => "$${")
        : `\${${part.name}${part.fallback ? `:${rendered(part.fallback)}` : ""}}`,
    )
    .join("");

/** The naive way: look up, else the default, else there is none; deeper than all names means a circle. */
function told(text: Text, variables: Record<string, Text>, depth = 0): string | undefined {
  if (depth > NAMES.length) return undefined;
  const parts = text.map((part) => {
    if ("literal" in part) return part.literal;
    const variable = variables[part.name];
    if (variable) return told(variable, variables, depth + 1);
    return part.fallback && told(part.fallback, variables, depth);
  });
  return parts.includes(undefined) ? undefined : parts.join("");
}

/** No braces, which only count in pairs within a default, and no dollar before a placeholder. */
const literal = fc
  .array(fc.constantFrom("a", "7", ":", "/", ".", " ", "é", "{}", "${", '{"x":1}', "\n", "💥"), {
    minLength: 1,
    maxLength: 5,
  })
  .map((pieces) => ({ literal: pieces.join("").replaceAll("${", () => "${x}") }));
const { text: texts } = fc.letrec<{ text: Text }>((tie) => ({
  text: fc.array(
    fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      literal,
      fc.record({ name: fc.constantFrom(...NAMES), fallback: tie("text") }, { requiredKeys: ["name"] }),
    ),
    { maxLength: 4 },
  ),
}));

describe("placeholders", () => {
  const SAMPLES: [string, Record<string, string>, string | string[]][] = [
    ["${PORT:8081}", {}, "8081"],
    ["${PORT:8081}", { PORT: "9000" }, "9000"],
    ["${DB_URL:jdbc:mysql://10.0.0.4:3306/orders?a=b}", {}, "jdbc:mysql://10.0.0.4:3306/orders?a=b"],
    ["${EMPTY:default}", { EMPTY: "" }, ""],
    ["${NOTHING:}", {}, ""],
    ["${A:${B:c}}-${A:${B:c}}", { B: "b" }, "b-b"],
    ['${JSON:{"a":{"b":1}}}', {}, '{"a":{"b":1}}'],
    ["$${A} costs $5 and $$", { A: "x" }, "${A} costs $5 and $$"],
    ["${A:$${B}}", {}, "${B}"],
    ["${A}", { A: "${B}!", B: "${C:c}" }, "c!"],
    ["%PATH% {{x}} $(y) `z`", {}, "%PATH% {{x}} $(y) `z`"],
    ["${A", {}, ["placeholder-syntax"]],
    ["${}", {}, ["placeholder-syntax"]],
    ["${1A}", {}, ["placeholder-syntax"]],
    ["${A B}", {}, ["placeholder-syntax"]],
    ["${A:${B}", {}, ["placeholder-syntax"]],
    ["${A} ${B} ${A}", {}, ["placeholder-undeclared", "placeholder-undeclared"]],
    ["${toString}", {}, ["placeholder-undeclared"]],
    ["${WINDOWS_HA_MACHINE}", {}, ["placeholder-machine"]],
    ["${A}", { A: "${A}" }, ["placeholder-cycle"]],
    ["${A:never}", { A: "${B}", B: "x${C}", C: "${A:y}" }, ["placeholder-cycle"]],
    ["${A:".repeat(60) + "x" + "}".repeat(60), {}, ["placeholder-syntax"]],
  ];
  for (const [text, variables, expected] of SAMPLES) {
    it(`of ${JSON.stringify(text.slice(0, 60))} with ${JSON.stringify(variables)} give ${JSON.stringify(expected)}`, () => {
      expect(resolved(text, variables)).to.deep.equal(expected);
    });
  }

  it("become what the naive model says, whatever the texts, defaults and variables", () => {
    const variables = fc.dictionary(fc.constantFrom(...NAMES), texts, { noNullPrototype: true });
    let whole = 0;
    fc.assert(
      fc.property(texts, variables, (text, declared) => {
        const given = Object.fromEntries(Object.entries(declared).map(([name, value]) => [name, rendered(value)]));
        const expected = told(text, declared);
        const seen = resolved(rendered(text), given);
        if (expected === undefined) expect(seen).to.be.an("array");
        else expect(seen).to.equal(expected);
        whole += expected === undefined ? 0 : 1;
      }),
      { numRuns: 2000 },
    );
    expect(whole, "texts that could be resolved").to.be.above(200);
  });

  it("name the whole circle", () => {
    const { findings } = resolveConfiguration({
      ...EMPTY,
      environment: { url: "${A}" },
      variables: { A: "${B}", B: "${A}" },
    });
    expect(findings.map(({ path, seen }) => `${path}: ${seen}`)).to.deep.equal([
      'service.configuration.environment["url"]: ${A} → ${B} → ${A}',
    ]);
  });

  it("end where variables that repeat each other would grow without end", () => {
    const variables = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `V${index}`,
        index === 0 ? "xxxxxxxxxx" : `\${V${index - 1}}`.repeat(2),
      ]),
    );
    expect(resolved("${V59}", variables)).to.deep.equal(["configuration-size"]);
  });

  it("wait for what other resources bring, and say already what else is wrong", () => {
    const host = pulumi.output("10.0.0.4");
    expect(resolved("tcp://${HOST}:1", { HOST: host })).to.equal(undefined);
    expect(resolved("tcp://${HOST}:${PORT}", { HOST: host })).to.deep.equal(["placeholder-undeclared"]);
    expect(resolved("${PORT:1}", { HOST: host })).to.equal("1");
  });
});
