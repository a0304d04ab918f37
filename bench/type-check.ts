import { join } from "node:path";
import { succeed } from "../test/support/command";
import { REPOSITORY } from "../test/support/sandbox-stack";
import { median, type Benchmark } from "./figure";

const ROUNDS = 5;
const TSC = require.resolve("typescript/lib/tsc.js");

/** What the compiler takes to check the smallest program that uses a cluster. */
export const typeCheck: Benchmark = async () => {
  const samples: { seconds: number; megabytes: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) samples.push(await sample(join(REPOSITORY, "examples/quickstart")));
  return [
    {
      name: "type-check of quickstart, time",
      value: median(samples.map((item) => item.seconds)),
      unit: "s",
      limit: 2.5,
    },
    {
      name: "type-check of quickstart, memory",
      value: median(samples.map((item) => item.megabytes)),
      unit: "MB",
      limit: 600,
    },
  ];
};

/** The example leaves checking to the editor (`noCheck`), as Pulumi would check on every run; here it is on. */
async function sample(folder: string): Promise<{ seconds: number; megabytes: number }> {
  const args = [TSC, "-p", folder, "--noEmit", "--noCheck", "false", "--extendedDiagnostics"];
  const printed = await succeed(process.execPath, args);
  const number = (label: string): number => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(printed)![1]);
  return { seconds: number("Total time"), megabytes: number("Memory used") / 1000 };
}
