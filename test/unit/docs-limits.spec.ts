import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as spec from "@windows-ha/spec";
import type { Field } from "@windows-ha/spec";

const FILE = join(__dirname, "../../docs/limits.md");
const ROOTS: Record<string, Field> = {
  CLUSTER_FIELD: spec.CLUSTER_FIELD,
  AKS_HA_CLUSTER_FIELD: spec.AKS_HA_CLUSTER_FIELD,
};
const CONSTANTS = "constants";

/** What an argument takes, from the row that checks it. */
function rangeOf(root: Field, path: string): string {
  const field = path.split(".").reduce<Field>((at, name) => {
    const next = at.kind === "object" ? at.fields[name] : undefined;
    if (next === undefined) throw new Error(`${path}: there is no ${name}`);
    return next;
  }, root);
  const number = (value: number): string => value.toLocaleString("en-US");
  const between = (from: number | undefined, to: number | undefined, what: string): string => {
    if (to === undefined) throw new Error(`${path} has no limit`);
    return from === undefined ? `at most ${number(to)}${what}` : `${number(from)} to ${number(to)}${what}`;
  };
  switch (field.kind) {
    case "integer":
      return between(field.minimum, field.maximum, "");
    case "string":
      return between(field.minLength, field.maxLength, " characters");
    case "list":
      return between(field.minItems, field.maxItems, " of them");
    case "map":
      return between(undefined, field.maxItems, " of them");
    default:
      throw new Error(`${path} is a ${field.kind}`);
  }
}

function valueOf(name: string): string {
  const value = (spec as Record<string, unknown>)[name];
  if (typeof value !== "number") throw new Error(`${name} is no number of @windows-ha/spec`);
  return value.toLocaleString("en-US");
}

/** The page with every range and value as the code has it. */
function written(page: string): string {
  let source = "";
  return page
    .split("\n")
    .map((line) => {
      source = /^<!-- (\w+) -->$/.exec(line)?.[1] ?? source;
      const [, name, cell] = /^\| `([\w.]+)` *\|([^|]+)\|/.exec(line) ?? [];
      if (name === undefined || cell === undefined) return line;
      const truth = source === CONSTANTS ? valueOf(name) : rangeOf(ROOTS[source]!, name);
      return cell.trim() === truth ? line : line.replace(`|${cell}|`, `| ${truth} |`);
    })
    .join("\n");
}

describe("docs/limits.md", () => {
  it("has the ranges and figures that the code has", () => {
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(FILE, written(readFileSync(FILE, "utf8")));
    const page = readFileSync(FILE, "utf8");
    expect(page.match(/^\| `[\w.]+`/gm)).to.have.length.above(50);
    expect(written(page)).to.equal(page);
  });

  it("would be found wrong with another range, another figure, or an argument that isn't there", () => {
    const table = (source: string, row: string): string => `<!-- ${source} -->\n\n${row}\n`;
    const range = table("CLUSTER_FIELD", "| `machines.count` | 2 to 999 | Azure |");
    expect(written(range)).to.equal(range.replace("999", "1,000"));
    const figure = table("constants", "| `RESERVED_ADDRESSES` | 4 | addresses |");
    expect(written(figure)).to.equal(figure.replace("4", "5"));
    expect(() => written(table("CLUSTER_FIELD", "| `machines.number` | 1 to 2 | ours |"))).to.throw(
      "there is no number",
    );
  });
});
