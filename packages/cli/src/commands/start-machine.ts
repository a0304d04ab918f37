import type { Command } from "commander";
import { sandboxOf, withFolder, type FolderOption } from "./common";
import type { CommandContext } from "./sandbox";

export function startMachineCommand(group: Command, { terminal }: CommandContext): void {
  withFolder(group.command("start-machine"))
    .description("boot a stopped machine")
    .argument("<name>", 'the machine\'s name, as "sandbox machines" lists it')
    .action(async (name: string, options: FolderOption) => {
      await sandboxOf(options, terminal).startMachine(name);
      terminal.out(`started ${name}\n`);
    });
}
