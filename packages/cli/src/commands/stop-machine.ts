import type { Command } from "commander";
import { sandboxOf, withFolder, type FolderOption } from "./common";
import type { CommandContext } from "./sandbox";

export function stopMachineCommand(group: Command, { terminal }: CommandContext): void {
  withFolder(group.command("stop-machine"))
    .description("cut a machine's power: all its processes end at once")
    .argument("<name>", 'the machine\'s name, as "sandbox machines" lists it')
    .action(async (name: string, options: FolderOption) => {
      await sandboxOf(options, terminal).stopMachine(name);
      terminal.out(`stopped ${name}\n`);
    });
}
