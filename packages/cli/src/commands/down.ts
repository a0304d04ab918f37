import type { Command } from "commander";
import { sandboxOf, withFolder, type FolderOption } from "./common";
import type { CommandContext } from "./sandbox";

interface DownOptions extends FolderOption {
  remove?: boolean;
}

export function downCommand(group: Command, { terminal }: CommandContext): void {
  withFolder(group.command("down"))
    .description("end the sandbox and all its machines; the next command that needs it brings them back")
    .option("--remove", "also delete its folder: everything that was deployed, and Pulumi's state of it")
    .action(async (options: DownOptions) => {
      const sandbox = sandboxOf(options, terminal);
      const ran = await sandbox.down({ remove: options.remove });
      const { folder } = sandbox.layout;
      terminal.out(ran ? `ended the sandbox in ${folder}\n` : `no sandbox runs in ${folder}\n`);
      if (options.remove) terminal.out("removed its folder\n");
    });
}
