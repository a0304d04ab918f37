import { command } from "../test/support/command";
import { CLI, type SandboxStack } from "../test/support/sandbox-stack";

/** A Pulumi command on the program in a folder, in a sandbox that is there already. It has to succeed. */
export async function pulumiIn(stack: SandboxStack, folder: string, args: readonly string[]): Promise<string> {
  const all = [CLI, "sandbox", "exec", "--", "pulumi", ...args, "--non-interactive"];
  const result = await command(process.execPath, all, { cwd: folder, env: stack.env, timeoutSeconds: 300 });
  if (result.code !== 0) {
    throw new Error(
      `pulumi ${args.join(" ")} in ${folder} ended with ${result.code}.\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}
