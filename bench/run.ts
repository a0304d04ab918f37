import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { consul } from "./consul";
import { flatComparison } from "./flat-comparison";
import { importCost } from "./import-cost";
import { preview } from "./preview";
import { registrations } from "./registrations";
import { report } from "./report";
import { start } from "./start";
import { typeCheck } from "./type-check";
import type { Benchmark, Figure } from "./figure";

/**
 * `pnpm bench [name …]`: measures, compares with the limits and the baseline, prints a table; exit code 1 when a limit
 * is passed. `--update` writes the baseline. Figures that matter are ratios or differences within one run, because
 * computers differ and are shared.
 */
const BENCHMARKS: Record<string, Benchmark> = {
  registrations,
  "import-cost": importCost,
  "type-check": typeCheck,
  "flat-comparison": flatComparison,
  preview,
  report,
  start,
  consul,
};
/** Measured only when named: takes minutes. */
const ON_REQUEST = new Set(["start", "consul"]);
const BASELINE = join(__dirname, "baseline.json");

async function main(args: string[]): Promise<void> {
  const named = args.filter((argument) => !argument.startsWith("--"));
  const unknown = named.filter((name) => !(name in BENCHMARKS));
  if (unknown.length > 0) {
    throw new Error(`No benchmark is named ${unknown.join(", ")}; there are ${Object.keys(BENCHMARKS).join(", ")}.`);
  }
  const names = named.length > 0 ? named : Object.keys(BENCHMARKS).filter((name) => !ON_REQUEST.has(name));
  const baseline = JSON.parse(readFileSync(BASELINE, "utf8")) as Record<string, number>;
  const figures: Figure[] = [];
  for (const name of names) figures.push(...(await BENCHMARKS[name]!()));
  print(figures, baseline);
  if (args.includes("--update")) update(figures, baseline);
  process.exitCode = figures.some(({ value, limit }) => limit !== undefined && value > limit) ? 1 : 0;
}

function print(figures: readonly Figure[], baseline: Record<string, number>): void {
  console.table(
    Object.fromEntries(
      figures.map(({ name, value, unit, limit }) => [
        name,
        {
          measured: Number(value.toFixed(2)),
          unit,
          limit: limit ?? "",
          baseline: baseline[name] ?? "",
          verdict: limit === undefined ? "" : value <= limit ? "within" : "PASSED THE LIMIT",
        },
      ]),
    ),
  );
}

function update(figures: readonly Figure[], baseline: Record<string, number>): void {
  const measured = Object.fromEntries(figures.map(({ name, value }) => [name, Number(value.toFixed(2))]));
  writeFileSync(BASELINE, `${JSON.stringify({ ...baseline, ...measured }, undefined, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
