import type { Command } from "commander";
import { withHelp } from "../help";
import { watched } from "../progress";
import { sandboxOf, withJson, type JsonOption } from "./common";
import { printMachine } from "./machine-result";
import type { CommandContext } from "./sandbox";

export function stopMachineCommand(group: Command, { terminal }: CommandContext): void {
  const command = withJson(group.command("stop-machine"))
    .description("cut a machine's power: all its processes end at once")
    .argument("<name>", 'the machine\'s name, as "sandbox machines" lists it')
    .action(async (name: string, options: JsonOption) => {
      const sandbox = sandboxOf(options, terminal);
      await watched(terminal, { title: `Cut the power of ${name}`, area: "sandbox" }, () => sandbox.stopMachine(name));
      await printMachine(sandbox, { name, done: "stopped" }, options, terminal);
    });
  withHelp(command, { examples: ["windows-ha sandbox stop-machine orders-0"], exits: ["notRunning"] });
}
