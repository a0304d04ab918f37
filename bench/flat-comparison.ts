import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Recording } from "@windows-ha/testing";
import { succeed } from "../test/support/command";
import { REPOSITORY, SandboxStack } from "../test/support/sandbox-stack";
import { median, seconds, type Benchmark, type Figure } from "./figure";
import { longestChain } from "./flat/longest-chain";
import { recordProgram, writeComparison, type Comparison, type Release } from "./flat/programs";
import { installPublished } from "./published";
import { pulumiIn } from "./sandbox-program";

const PROGRAM_ROUNDS = 21;
const FIRST_UP_ROUNDS = 5;
const UP_ROUNDS = 7;

/** The cluster against the same custom resources written one by one, in one session and in turns. */
export const flatComparison: Benchmark = async () => {
  const stack = new SandboxStack();
  let programs: Comparison | undefined;
  try {
    await stack.create();
    programs = await writeComparison(JSON.parse(readFileSync(stack.release, "utf8")) as Release);
    await installPublished(programs.component);
    const component = await recordProgram(programs.component);
    const flat = await recordProgram(programs.flat);
    return [
      ...sizes(component, flat),
      ...(await programFigures(programs, component)),
      ...(await upFigures(stack, programs)),
    ];
  } finally {
    programs?.remove();
    await stack.remove();
  }
};

function sizes(component: Recording, flat: Recording): Figure[] {
  const chain = longestChain(flat).length;
  const resources = flat.resources.length;
  const custom = component.resources.filter((resource) => resource.custom).length;
  return [
    { name: "custom resources of the cluster over flat", value: custom / resources, unit: "ratio", limit: 1 },
    { name: "longest chain of the cluster", value: longestChain(component).length, unit: "resources", limit: chain },
  ];
}

interface Sample {
  /** From the start of the process to its end. */
  seconds: number;
  megabytes: number;
}

/** Each program in a process of its own from start to end, with the engine played by the recorder. */
async function programFigures(programs: Comparison, recording: Recording): Promise<Figure[]> {
  const answers = writeAnswers(programs, recording);
  const component: Sample[] = [];
  const flat: Sample[] = [];
  for (let round = 0; round < PROGRAM_ROUNDS; round++) {
    flat.push(await sampleProgram(programs.flat, answers));
    component.push(await sampleProgram(programs.component, answers));
  }
  const of = (samples: readonly Sample[], key: keyof Sample): number[] => samples.map((item) => item[key]);
  return [
    { name: "program, flat, time", value: median(of(flat, "seconds")), unit: "s" },
    {
      name: "program, cluster over flat, time",
      value: ratio(of(component, "seconds"), of(flat, "seconds")),
      unit: "ratio",
      limit: 1.05,
    },
    { name: "program, flat, most memory", value: median(of(flat, "megabytes")), unit: "MB" },
    {
      name: "program, cluster over flat, most memory",
      value: ratio(of(component, "megabytes"), of(flat, "megabytes")),
      unit: "ratio",
      limit: 1.1,
    },
  ];
}

/** The median of the rounds' ratios: what else the computer does hits both programs of a round. */
function ratio(component: readonly number[], flat: readonly number[]): number {
  return median(component.map((value, round) => value / flat[round]!));
}

/** What each resource answered, so that the measured processes need no compiler to know. */
function writeAnswers({ component }: Comparison, { resources }: Recording): string {
  const file = join(component, "answers.json");
  writeFileSync(
    file,
    JSON.stringify(Object.fromEntries(resources.map(({ name, type, outputs }) => [type + name, outputs]))),
  );
  return file;
}

async function sampleProgram(folder: string, answers: string): Promise<Sample> {
  const script = `
    const { record } = require("@windows-ha/testing");
    const answers = require(${JSON.stringify(answers)});
    const newResource = ({ type, name }) => ({ state: answers[type + name] });
    record(() => { require(${JSON.stringify(join(folder, "index.js"))}); }, { mocks: { newResource } }).then(() => {
      console.log(process.resourceUsage().maxRSS / 1024);
    });`;
  let printed = "";
  const time = await seconds(async () => {
    printed = await succeed(process.execPath, ["-e", script], { cwd: REPOSITORY });
  });
  return { seconds: time, megabytes: Number(printed) };
}

/** `up` from nothing to machines that serve, and an `up` that finds nothing to do, by the real engine. */
async function upFigures(stack: SandboxStack, programs: Comparison): Promise<Figure[]> {
  const both = [programs.flat, programs.component] as const;
  const run = (folder: string, command: "up" | "destroy"): Promise<string> =>
    pulumiIn(stack, folder, [command, "--yes", "--skip-preview", "--stack", "dev", "--config-file", stack.config]);
  for (const folder of both) await pulumiIn(stack, folder, ["stack", "init", "dev"]);

  const measured = async (
    rounds: number,
    round: (folder: string) => Promise<number>,
  ): Promise<[number[], number[]]> => {
    const times: [number[], number[]] = [[], []];
    for (let index = 0; index < rounds; index++) {
      for (const [which, folder] of both.entries()) times[which]!.push(await round(folder));
    }
    return times;
  };
  const up = (folder: string): Promise<number> => seconds(() => run(folder, "up"));
  const [firstFlat, firstComponent] = await measured(FIRST_UP_ROUNDS, async (folder) => {
    await run(folder, "destroy");
    return up(folder);
  });
  const [flat, component] = await measured(UP_ROUNDS, up);
  return [
    { name: "first up, flat", value: median(firstFlat), unit: "s" },
    { name: "first up, cluster over flat", value: ratio(firstComponent, firstFlat), unit: "ratio", limit: 1.05 },
    { name: "up without a change, flat", value: median(flat), unit: "s" },
    { name: "up without a change, cluster over flat", value: ratio(component, flat), unit: "ratio", limit: 1.15 },
  ];
}
