import type { Command } from "commander";
import { withHelp } from "../help";
import { watched } from "../progress";
import { sandboxOf, withJson, type JsonOption } from "./common";
import { printMachine } from "./machine-result";
import type { CommandContext } from "./sandbox";

export function startMachineCommand(group: Command, { terminal }: CommandContext): void {
  const command = withJson(group.command("start-machine"))
    .description("boot a stopped machine")
    .argument("<name>", 'the machine\'s name, as "sandbox machines" lists it')
    .action(async (name: string, options: JsonOption) => {
      const sandbox = sandboxOf(options, terminal);
      await watched(terminal, { title: `Boot ${name}`, area: "sandbox" }, () => sandbox.startMachine(name));
      await printMachine(sandbox, { name, done: "started" }, options, terminal);
    });
  withHelp(command, { examples: ["windows-ha sandbox start-machine orders-0"], exits: ["notRunning"] });
}
