import type { MachineStatus } from "@windows-ha/sandbox";
import type { Command } from "commander";
import { withHelp } from "../help";
import { table } from "../table";
import type { Terminal } from "../terminal";
import { printJson, sandboxOf, withJson, type JsonOption } from "./common";
import type { CommandContext } from "./sandbox";

export function machinesCommand(group: Command, { terminal }: CommandContext): void {
  const command = withJson(group.command("machines"))
    .description("list the sandbox's machines")
    .action(async (options: JsonOption) => {
      const machines = await sandboxOf(options, terminal).machines();
      if (options.json) printJson(terminal, machines);
      else if (machines.length === 0) terminal.out("no machines: nothing that is deployed to this sandbox has any\n");
      else terminal.out(machineTable(terminal, machines));
    });
  withHelp(command, {
    examples: ["windows-ha sandbox machines", "windows-ha sandbox machines --json"],
    exits: ["notRunning"],
  });
}

function machineTable(terminal: Terminal, machines: MachineStatus[]): string {
  const { bold, green, red, yellow, dim } = terminal.colors.out;
  const paintPower = { running: green, starting: yellow, failed: red, stopped: dim };
  const paintHealth = { healthy: green, unhealthy: red, unknown: dim };
  const hasConsul = machines.some(({ consul }) => consul !== undefined);
  const rows = machines.map((machine) => [
    machine.name,
    machine.zone ?? "-",
    machine.address,
    paintPower[machine.power](machine.power),
    paintHealth[machine.health](machine.health),
    machine.version ?? "-",
    ...(hasConsul ? [machine.consul ?? "-"] : []),
    machine.message ?? "",
  ]);
  const titles = ["MACHINE", "ZONE", "ADDRESS", "POWER", "HEALTH", "VERSION", ...(hasConsul ? ["CONSUL"] : [])];
  return table(titles.map(bold), rows);
}
