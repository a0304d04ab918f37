import type { Sandbox } from "@windows-ha/sandbox";
import type { Command } from "commander";
import { withHelp } from "../help";
import { watched } from "../progress";
import { printJson, sandboxOf, withJson, type JsonOption } from "./common";
import type { CommandContext } from "./sandbox";

interface ZoneCommand {
  name: string;
  description: string;
  title: string;
  done: string;
  act: (sandbox: Sandbox, zone: string) => Promise<string[]>;
}

const STOP: ZoneCommand = {
  name: "stop-zone",
  description: "cut the power of every machine in a zone, and of every node of Kubernetes there",
  title: "Cut the power of zone",
  done: "stopped",
  act: (sandbox, zone) => sandbox.stopZone(zone),
};
const START: ZoneCommand = {
  name: "start-zone",
  description: "boot every stopped machine of a zone",
  title: "Boot the machines of zone",
  done: "started",
  act: (sandbox, zone) => sandbox.startZone(zone),
};

export function stopZoneCommand(group: Command, context: CommandContext): void {
  add(group, context, STOP);
}

export function startZoneCommand(group: Command, context: CommandContext): void {
  add(group, context, START);
}

function add(group: Command, { terminal }: CommandContext, { name, description, title, done, act }: ZoneCommand): void {
  const command = withJson(group.command(name))
    .description(description)
    .argument("<zone>", 'the zone, as "sandbox machines" lists it')
    .action(async (zone: string, options: JsonOption) => {
      const sandbox = sandboxOf(options, terminal);
      const names = await watched(terminal, { title: `${title} ${zone}`, area: "sandbox" }, () => act(sandbox, zone));
      if (!options.json) return terminal.out(`${done} ${names.join(", ") || "nothing: it was done already"}\n`);
      printJson(
        terminal,
        (await sandbox.machines()).filter((machine) => machine.zone === zone),
      );
    });
  withHelp(command, { examples: [`windows-ha sandbox ${name} 1`], exits: ["notRunning"] });
}
