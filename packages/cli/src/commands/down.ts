import type { Command } from "commander";
import { withHelp } from "../help";
import { watched } from "../progress";
import { printJson, sandboxOf, withJson, type JsonOption } from "./common";
import type { CommandContext } from "./sandbox";

interface DownOptions extends JsonOption {
  remove?: boolean;
}

export function downCommand(group: Command, { terminal }: CommandContext): void {
  const command = withJson(group.command("down"))
    .description("end the sandbox and all its machines; the next command that needs it brings them back")
    .option("--remove", "also delete its folder: everything that was deployed, and Pulumi's state of it")
    .action(async (options: DownOptions) => {
      const sandbox = sandboxOf(options, terminal);
      const { folder } = sandbox.layout;
      const ran = await watched(terminal, { title: "End the sandbox and its machines", area: "sandbox" }, () =>
        sandbox.down({ remove: options.remove }),
      );
      if (options.json) return printJson(terminal, { folder, ran, removed: options.remove === true });
      terminal.out(ran ? `ended the sandbox in ${folder}\n` : `no sandbox runs in ${folder}\n`);
      if (options.remove) terminal.out("removed its folder\n");
    });
  withHelp(command, { examples: ["windows-ha sandbox down", "windows-ha sandbox down --remove"] });
}
