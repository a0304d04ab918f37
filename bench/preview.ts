import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, SandboxStack } from "../test/support/sandbox-stack";
import { median, seconds, type Benchmark } from "./figure";
import { pulumiIn } from "./sandbox-program";

const ROUNDS = 5;

/** A preview of the reference cluster against a preview of a program that declares nothing, in the same sandbox. */
export const preview: Benchmark = async () => {
  const stack = new SandboxStack();
  try {
    await stack.create();
    const empty = emptyProgram();
    await pulumiIn(stack, empty, ["stack", "init", "dev"]);
    const ours: number[] = [];
    const nothing: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      nothing.push(await seconds(() => pulumiIn(stack, empty, ["preview", "--stack", "dev"])));
      ours.push(await seconds(() => stack.pulumi(["preview", "--stack", "dev"])));
    }
    return [
      { name: "preview of an empty program", value: median(nothing), unit: "s" },
      { name: "preview of the quickstart cluster", value: median(ours), unit: "s" },
      { name: "preview: quickstart over empty", value: median(ours) / median(nothing), unit: "ratio" },
    ];
  } finally {
    await stack.remove();
  }
};

function emptyProgram(): string {
  const folder = join(REPOSITORY, "stacks/dist/empty");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: empty\nruntime: nodejs\nmain: index.js\n");
  writeFileSync(join(folder, "index.js"), 'require("@pulumi/pulumi");\n');
  return folder;
}
