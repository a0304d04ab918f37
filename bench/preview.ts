import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../test/support/command";
import { REPOSITORY, SandboxStack } from "../test/support/sandbox-stack";
import { median, seconds, type Benchmark } from "./figure";

const ROUNDS = 5;

/** A preview of the reference cluster against a preview of a program that declares nothing, in the same sandbox. */
export const preview: Benchmark = async () => {
  const stack = new SandboxStack();
  try {
    await stack.create();
    const empty = emptyProgram(stack);
    await empty.run(["stack", "init", "dev"]);
    const ours: number[] = [];
    const nothing: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      nothing.push(await seconds(() => empty.run(["preview", "--stack", "dev"])));
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

function emptyProgram(stack: SandboxStack): { run(args: string[]): Promise<void> } {
  const folder = join(REPOSITORY, "stacks/dist/empty");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: empty\nruntime: nodejs\nmain: index.js\n");
  writeFileSync(join(folder, "index.js"), 'require("@pulumi/pulumi");\n');
  const cli = join(REPOSITORY, "packages/cli/dist/main.js");
  return {
    async run(args) {
      const options = { cwd: folder, env: stack.env };
      const result = await command(
        process.execPath,
        [cli, "sandbox", "exec", "--", "pulumi", ...args, "--non-interactive"],
        options,
      );
      if (result.code !== 0) throw new Error(result.stdout + result.stderr);
    },
  };
}
