import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { succeed } from "../test/support/command";
import { median, type Benchmark, type Figure } from "./figure";
import { installPublished } from "./published";

const ROUNDS = 9;
/** Below `stacks`, where Pulumi's packages are found. */
const FOLDER = join(__dirname, "../stacks/dist/import-cost-");

/** What `import "windows-ha"` costs a program beyond `@pulumi/pulumi`, which it has anyway. */
export const importCost: Benchmark = async () => {
  mkdirSync(dirname(FOLDER), { recursive: true });
  const folder = mkdtempSync(FOLDER);
  try {
    await installPublished(folder);
    return await figures(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function figures(folder: string): Promise<Figure[]> {
  const bare: Sample[] = [];
  const ours: Sample[] = [];
  // Alternating, so that a noisy neighbour hits both.
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await sample(folder, "@pulumi/pulumi"));
    ours.push(await sample(folder, "windows-ha"));
  }
  return [
    {
      name: "import windows-ha over @pulumi/pulumi, time",
      value: difference(ours, bare, "milliseconds"),
      unit: "ms",
      limit: 150,
    },
    {
      name: "import windows-ha over @pulumi/pulumi, memory",
      value: difference(ours, bare, "megabytes"),
      unit: "MB",
      limit: 40,
    },
  ];
}

interface Sample {
  milliseconds: number;
  megabytes: number;
}

async function sample(folder: string, module: string): Promise<Sample> {
  const script = `
    const start = performance.now();
    require("@pulumi/pulumi");
    require(${JSON.stringify(module)});
    const milliseconds = performance.now() - start;
    console.log(JSON.stringify({ milliseconds, megabytes: process.memoryUsage().rss / 1e6 }));`;
  return JSON.parse(await succeed(process.execPath, ["-e", script], { cwd: folder })) as Sample;
}

function difference(ours: readonly Sample[], bare: readonly Sample[], key: keyof Sample): number {
  return median(ours.map((item) => item[key])) - median(bare.map((item) => item[key]));
}
