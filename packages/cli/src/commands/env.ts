import { execEnvironment, quote } from "@windows-ha/sandbox";
import type { Command } from "commander";
import { withHelp } from "../help";
import { printJson, sandboxOf, startSandbox, withJson, type JsonOption } from "./common";
import type { CommandContext } from "./sandbox";

export function envCommand(group: Command, { terminal }: CommandContext): void {
  const command = withJson(group.command("env"))
    .description(
      'print the sandbox\'s environment for a POSIX shell: eval "$(windows-ha sandbox env)"; starts the sandbox if need be',
    )
    .action(async (options: JsonOption) => {
      const sandbox = sandboxOf(options, terminal);
      await startSandbox(sandbox, terminal);
      const wanted = execEnvironment(sandbox.layout.folder, terminal.env, terminal.cwd);
      const set = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => terminal.env[name] !== value));
      const unset = Object.keys(terminal.env).filter((name) => !(name in wanted));
      if (options.json) {
        printJson(terminal, { set, unset });
        return;
      }
      for (const name of unset) terminal.out(`unset ${name}\n`);
      for (const [name, value] of Object.entries(set)) terminal.out(`export ${name}=${quote(value ?? "")}\n`);
    });
  withHelp(command, { examples: ['eval "$(windows-ha sandbox env)"'] });
}
